import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 filters by reverse path, and all its paths are symmetric',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n2', 'sysctl -w net.ipv4.conf.all.rp_filter=1'),
  observable: sees(pod('n0'), endpointOn('n2'), 'ok'),
  heal: undoOnNode('n2', 'sysctl -w net.ipv4.conf.all.rp_filter=0'),
  expect: healthy,
} satisfies Scenario
