import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpFreeze, kpThaw, pod, rollWeb, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy on n1 stands still while its pod is Running and Ready',
  fault: ['kp-stopped-rules-remain'],
  modes: ['iptables', 'nftables'],
  break: steps(kpFreeze('n1'), rollWeb),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: kpThaw('n1'),
  expect: faulty('kp-stopped-rules-remain', 'n1'),
} satisfies Scenario
