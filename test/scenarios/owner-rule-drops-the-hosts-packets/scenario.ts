import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, host, onNode, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a rule drops what processes of one user of the node send',
  fault: ['ul-line-in-the-way'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -I OUTPUT -p tcp --dport 8080 -m owner --uid-owner 0 -j DROP'),
  observable: sees(host('n1'), clusterIp(), 'fails'),
  heal: undoOnNode('n1', 'iptables -D OUTPUT -p tcp --dport 8080 -m owner --uid-owner 0 -j DROP'),
  expect: faulty('ul-line-in-the-way', 'n1'),
} satisfies Scenario
