import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, seesSome, touchSlice, wrongDnat } from '../verbs.ts'

export default {
  about: 'a rule of n1 sends every second connection to a port on which the pod does not listen',
  fault: ['kp-sep-wrong-dnat'],
  modes: ['iptables', 'nftables'],
  break: wrongDnat('n1', 'n2'),
  observable: seesSome(pod('n1'), clusterIp(), 'refused'),
  heal: touchSlice,
  expect: faulty('kp-sep-wrong-dnat', 'n1'),
} satisfies Scenario
