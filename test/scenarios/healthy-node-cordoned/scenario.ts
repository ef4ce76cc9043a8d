import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, healthy, kubectl, pod, sees, undoKubectl } from '../verbs.ts'

export default {
  about: 'n2 is cordoned; what runs there runs on',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: kubectl('cordon n2'),
  observable: sees(pod('n0'), endpointOn('n2'), 'ok'),
  heal: undoKubectl('uncordon n2'),
  expect: healthy,
} satisfies Scenario
