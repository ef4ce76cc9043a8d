import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'an nft table of its own on n1 drops by policy and accepts pods before',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n1',
    "nft add table inet fw; nft 'add chain inet fw f { type filter hook forward priority 10; policy drop; }'; nft add rule inet fw f ip saddr 10.244.0.0/16 accept; nft add rule inet fw f ip daddr 10.244.0.0/16 accept; nft add rule inet fw f ct state established,related accept",
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode('n1', 'nft delete table inet fw'),
  expect: healthy,
} satisfies Scenario
