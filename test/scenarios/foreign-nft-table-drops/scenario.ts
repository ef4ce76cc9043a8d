import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, nodePort, onNode, outside, pod, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'an nft table of its own on n1 drops all that is forwarded, whatever other tables accept',
  fault: ['ul-foreign-table-drop'],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n1',
    "nft add table inet fw; nft 'add chain inet fw fchain { type filter hook forward priority 10; policy drop; }'",
  ),
  observable: steps(sees(pod('n1'), clusterIp(), 'timeout'), sees(outside, nodePort('n1'), 'timeout')),
  heal: undoOnNode('n1', 'nft delete table inet fw'),
  expect: faulty('ul-foreign-table-drop', 'n1'),
} satisfies Scenario
