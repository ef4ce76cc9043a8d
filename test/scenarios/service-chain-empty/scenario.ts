import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, emptyWebChain, faulty, pod, sees, touchSlice } from '../verbs.ts'

export default {
  about: 'the chain that spreads connections over the endpoints is empty on n1',
  fault: ['kp-svc-chain-empty'],
  modes: ['iptables', 'nftables'],
  break: emptyWebChain('n1'),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: touchSlice,
  expect: faulty('kp-svc-chain-empty', 'n1'),
} satisfies Scenario
