import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, seesSome, touchSlice, wrongDnat } from '../verbs.ts'

export default {
  about: 'a rule of n1 sends every second connection to an address of old',
  fault: ['kp-sep-wrong-dnat'],
  modes: ['iptables', 'nftables'],
  break: wrongDnat('n1', 'n2', '10.244.9.9:8080'),
  observable: seesSome(pod('n1'), clusterIp(), 'timeout'),
  heal: touchSlice,
  expect: faulty('kp-sep-wrong-dnat', 'n1'),
} satisfies Scenario
