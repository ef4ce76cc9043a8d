import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

const make = [
  'nft add table netdev guard',
  "nft add chain netdev guard eth0 '{ type filter hook ingress device eth0 priority 0; }'",
  'nft add rule netdev guard eth0 udp dport 8472 drop',
]

export default {
  about:
    'a chain on the device itself (nft netdev ingress) drops the packets of the overlay, before any other rule sees them',
  fault: ['ul-overlay-udp-blocked'],
  modes: ['iptables', 'nftables'],
  break: onNode('n2', make.join(' && ')),
  observable: sees(pod('n1'), endpointOn('n2'), 'timeout'),
  heal: undoOnNode('n2', 'nft delete table netdev guard'),
  expect: faulty('ul-overlay-udp-blocked', 'n2'),
} satisfies Scenario
