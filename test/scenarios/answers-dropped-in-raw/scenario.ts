import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a rule in the raw table of n1 drops the answers of pods on other nodes',
  fault: ['ul-foreign-table-drop'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -t raw -I PREROUTING -i flannel.1 -p tcp --sport 8080 -j DROP'),
  observable: sees(pod('n1'), endpointOn('n2'), 'timeout'),
  heal: undoOnNode('n1', 'iptables -t raw -D PREROUTING -i flannel.1 -p tcp --sport 8080 -j DROP'),
  expect: faulty('ul-foreign-table-drop', 'n1'),
} satisfies Scenario
