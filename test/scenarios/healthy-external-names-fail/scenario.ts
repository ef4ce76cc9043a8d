import type { Scenario } from '../../cluster/scenario.ts'
import { asks, healthy, inNetns, NAME, pod, undoInNetns } from '../verbs.ts'

export default {
  about: 'the resolver outside is silent, which is no matter of a Service inside',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: inNetns(
    'switch',
    'nft add table ip silent; nft add chain ip silent c "{ type filter hook input priority 0; }"; nft add rule ip silent c udp dport 53 drop; nft add rule ip silent c tcp dport 53 drop',
  ),
  observable: asks(pod('n1'), NAME, 'NOERROR'),
  heal: undoInNetns('switch', 'nft delete table ip silent'),
  expect: healthy,
} satisfies Scenario
