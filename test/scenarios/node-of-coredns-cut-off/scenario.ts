import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, NAME, onNode, pod, undoOnNode } from '../verbs.ts'

export default {
  about: 'n0, which carries CoreDNS, drops the overlay port: DNS looks dead everywhere else',
  fault: ['dns-coredns-on-bad-node', 'ul-overlay-udp-blocked'],
  modes: ['iptables', 'nftables'],
  break: onNode('n0', 'iptables -I INPUT -p udp --dport 8472 -j DROP'),
  observable: asks(pod('n1'), NAME, 'silence'),
  heal: undoOnNode('n0', 'iptables -D INPUT -p udp --dport 8472 -j DROP'),
  expect: faulty('ul-overlay-udp-blocked', 'n0'),
} satisfies Scenario
