import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 accepts in INPUT only what is listed, and the overlay port is not',
  fault: ['ul-overlay-udp-blocked'],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n2',
    'iptables -A INPUT -i lo -j ACCEPT; iptables -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT; iptables -A INPUT -i cni0 -j ACCEPT; iptables -A INPUT -i flannel.1 -j ACCEPT; iptables -A INPUT -p tcp -m multiport --dports 22,10250,30000:32767 -j ACCEPT; iptables -A INPUT -p icmp -j ACCEPT; iptables -P INPUT DROP',
  ),
  observable: sees(pod('n0'), endpointOn('n2'), 'timeout'),
  heal: undoOnNode(
    'n2',
    'iptables -P INPUT ACCEPT; iptables -D INPUT -i lo -j ACCEPT; iptables -D INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT; iptables -D INPUT -i cni0 -j ACCEPT; iptables -D INPUT -i flannel.1 -j ACCEPT; iptables -D INPUT -p tcp -m multiport --dports 22,10250,30000:32767 -j ACCEPT; iptables -D INPUT -p icmp -j ACCEPT',
  ),
  expect: faulty('ul-overlay-udp-blocked', 'n2'),
} satisfies Scenario
