import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a rule ahead of all others drops what n2 forwards to pods',
  fault: ['ul-foreign-table-drop'],
  modes: ['iptables', 'nftables'],
  break: onNode('n2', 'iptables -I FORWARD 1 -d 10.244.0.0/16 -j DROP'),
  observable: sees(pod('n0'), endpointOn('n2'), 'timeout'),
  heal: undoOnNode('n2', 'iptables -D FORWARD -d 10.244.0.0/16 -j DROP'),
  expect: faulty('ul-foreign-table-drop', 'n2'),
} satisfies Scenario
