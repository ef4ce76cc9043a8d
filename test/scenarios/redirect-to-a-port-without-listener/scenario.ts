import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a transparent proxy that is gone: its rule still turns pods to a local port',
  fault: ['ul-line-in-the-way'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -t nat -I PREROUTING -i cni0 -p tcp --dport 80 -j REDIRECT --to-ports 15001'),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: undoOnNode('n1', 'iptables -t nat -D PREROUTING -i cni0 -p tcp --dport 80 -j REDIRECT --to-ports 15001'),
  expect: faulty('ul-line-in-the-way', 'n1'),
} satisfies Scenario
