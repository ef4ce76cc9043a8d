import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, nothing, pod, rollWeb, sees } from '../verbs.ts'

export default {
  about: 'the pods have just been replaced by new ones',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: rollWeb,
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: nothing,
  expect: healthy,
} satisfies Scenario
