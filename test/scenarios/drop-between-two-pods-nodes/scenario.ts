import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, podCidr, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 drops what pods of n1 send it, and nobody else',
  fault: ['ul-foreign-table-drop'],
  modes: ['iptables', 'nftables'],
  break: async (stage) => onNode('n2', `iptables -I FORWARD 1 -s ${await podCidr(stage, 'n1')} -j DROP`)(stage),
  observable: steps(sees(pod('n1'), endpointOn('n2'), 'timeout'), sees(pod('n0'), endpointOn('n2'), 'ok')),
  heal: async (stage) => undoOnNode('n2', `iptables -D FORWARD -s ${await podCidr(stage, 'n1')} -j DROP`)(stage),
  expect: faulty('ul-foreign-table-drop', 'n2'),
} satisfies Scenario
