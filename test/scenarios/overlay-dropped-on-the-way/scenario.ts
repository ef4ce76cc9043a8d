import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, pod, sees, switchDrops, switchOpen } from '../verbs.ts'

export default {
  about: 'a firewall between the hosts drops the overlay packets to n2',
  fault: ['ul-overlay-external-firewall'],
  modes: ['iptables', 'nftables'],
  break: switchDrops('ip daddr 172.30.0.12 udp dport 8472'),
  observable: sees(pod('n0'), endpointOn('n2'), 'timeout'),
  heal: switchOpen,
  expect: faulty('ul-overlay-external-firewall', 'n2'),
  fix: 'none: the firewall is outside the cluster',
} satisfies Scenario
