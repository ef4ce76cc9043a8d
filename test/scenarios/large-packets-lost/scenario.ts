import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, largeAnswer, pod, sees, steps, switchDrops, switchOpen } from '../verbs.ts'

export default {
  about: 'the way to n2 carries small packets and loses large ones without a word',
  fault: ['ul-mtu-blackhole'],
  modes: ['iptables', 'nftables'],
  break: switchDrops(
    'ip daddr 172.30.0.12 udp dport 8472 meta length gt 1400',
    'ip saddr 172.30.0.12 udp dport 8472 meta length gt 1400',
  ),
  observable: steps(sees(pod('n0'), endpointOn('n2'), 'ok'), sees(pod('n0'), largeAnswer('n2'), 'silent')),
  heal: switchOpen,
  expect: faulty('ul-mtu-blackhole', 'n2'),
  fix: 'none: the link is outside the cluster',
} satisfies Scenario
