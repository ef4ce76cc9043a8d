import type { Scenario } from '../../cluster/scenario.ts'
import { healthy, nothing } from '../verbs.ts'

export default {
  about: 'nothing is wrong',
  fault: [],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: nothing,
  observable: nothing,
  heal: nothing,
  expect: healthy,
} satisfies Scenario
