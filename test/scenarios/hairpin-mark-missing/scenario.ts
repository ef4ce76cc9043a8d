import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, hairpinUnmarked, selfCallFails, touchSlice } from '../verbs.ts'

export default {
  about: 'the rule that marks connections of a pod to itself is missing on n1',
  fault: ['hairpin-masq-missing'],
  modes: ['iptables', 'nftables'],
  break: hairpinUnmarked('n1'),
  observable: selfCallFails('n1'),
  heal: touchSlice,
  expect: faulty('hairpin-masq-missing', 'n1'),
} satisfies Scenario
