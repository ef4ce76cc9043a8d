import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a rule hands packets to a program that does not run (NFQUEUE)',
  fault: ['ul-line-in-the-way'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -I FORWARD -p tcp --dport 8080 -j NFQUEUE --queue-num 7'),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: undoOnNode('n1', 'iptables -D FORWARD -p tcp --dport 8080 -j NFQUEUE --queue-num 7'),
  expect: faulty('ul-line-in-the-way', 'n1'),
} satisfies Scenario
