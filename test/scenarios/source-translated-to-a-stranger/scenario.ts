import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a rule gives packets to pods of other nodes a source address that is not of the cluster',
  fault: ['ul-line-in-the-way'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -t nat -I POSTROUTING -o flannel.1 -j SNAT --to-source 198.51.100.9'),
  observable: sees(pod('n1'), endpointOn('n2'), 'timeout'),
  heal: undoOnNode('n1', 'iptables -t nat -D POSTROUTING -o flannel.1 -j SNAT --to-source 198.51.100.9'),
  expect: faulty('ul-line-in-the-way', 'n1'),
} satisfies Scenario
