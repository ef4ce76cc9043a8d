import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, manualService, pod, removeManual, sees } from '../verbs.ts'

export default {
  about: 'a Service without selector has a good hand-made slice, which says nothing about readiness',
  fault: [],
  modes: ['iptables', 'nftables'],
  service: 'manual',
  break: manualService(),
  observable: sees(pod('n0'), clusterIp('manual'), 'ok'),
  heal: removeManual,
  expect: healthy,
} satisfies Scenario
