import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'an nft table of its own on n2 drops the overlay port, while iptables looks clean',
  fault: ['ul-foreign-table-drop', 'ul-overlay-udp-blocked'],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n2',
    "nft add table inet fw; nft 'add chain inet fw ichain { type filter hook input priority 10; }'; nft add rule inet fw ichain udp dport 8472 counter drop",
  ),
  observable: sees(pod('n0'), endpointOn('n2'), 'timeout'),
  heal: undoOnNode('n2', 'nft delete table inet fw'),
  expect: faulty('ul-overlay-udp-blocked', 'n2'),
} satisfies Scenario
