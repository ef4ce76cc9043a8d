import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'rules for a NodeLocal DNSCache exempt its address from tracking; nobody uses it',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n1',
    'iptables -t raw -A PREROUTING -d 169.254.20.10/32 -p udp --dport 53 -j NOTRACK; iptables -t raw -A OUTPUT -s 169.254.20.10/32 -p udp --sport 53 -j NOTRACK',
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode(
    'n1',
    'iptables -t raw -D PREROUTING -d 169.254.20.10/32 -p udp --dport 53 -j NOTRACK; iptables -t raw -D OUTPUT -s 169.254.20.10/32 -p udp --sport 53 -j NOTRACK',
  ),
  expect: healthy,
} satisfies Scenario
