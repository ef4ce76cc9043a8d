import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, NAME, onNode, pod, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 drops DNS over UDP that it forwards',
  fault: ['dns-udp53-blocked'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -I FORWARD -p udp --dport 53 -j DROP'),
  observable: steps(asks(pod('n1'), NAME, 'silence'), asks(pod('n1'), NAME, 'NOERROR', 20, '+tcp')),
  heal: undoOnNode('n1', 'iptables -D FORWARD -p udp --dport 53 -j DROP'),
  expect: faulty('dns-udp53-blocked', 'n1'),
} satisfies Scenario
