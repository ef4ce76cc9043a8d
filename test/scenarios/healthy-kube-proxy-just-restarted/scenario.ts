import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, kpRestart, nothing, pod, sees } from '../verbs.ts'

export default {
  about: 'kube-proxy of n1 has just been restarted',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: kpRestart('n1'),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: nothing,
  expect: healthy,
} satisfies Scenario
