import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 drops what it forwards by policy, and the rules of the CNI accept pods',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n2', 'iptables -P FORWARD DROP'),
  observable: sees(pod('n0'), endpointOn('n2'), 'ok'),
  heal: undoOnNode('n2', 'iptables -P FORWARD ACCEPT'),
  expect: healthy,
} satisfies Scenario
