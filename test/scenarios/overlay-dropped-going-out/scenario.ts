import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 drops the overlay packets that it sends',
  fault: ['ul-overlay-udp-blocked'],
  modes: ['iptables', 'nftables'],
  break: onNode('n2', 'iptables -I OUTPUT -p udp --dport 8472 -j DROP'),
  observable: sees(pod('n0'), endpointOn('n2'), 'timeout'),
  heal: undoOnNode('n2', 'iptables -D OUTPUT -p udp --dport 8472 -j DROP'),
  expect: faulty('ul-overlay-udp-blocked', 'n2'),
} satisfies Scenario
