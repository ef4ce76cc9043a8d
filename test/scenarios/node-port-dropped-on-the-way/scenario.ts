import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, nodePort, outside, sees, switchDrops, switchOpen } from '../verbs.ts'

export default {
  about: 'a firewall between the hosts drops the node port of n1',
  fault: ['np-external-firewall'],
  modes: ['iptables', 'nftables'],
  break: switchDrops('ip daddr 172.30.0.11 tcp dport 30080'),
  observable: sees(outside, nodePort('n1'), 'timeout'),
  heal: switchOpen,
  expect: faulty('np-external-firewall', 'n1'),
  fix: 'none: the firewall is outside the cluster',
} satisfies Scenario
