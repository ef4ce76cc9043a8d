import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpStart, kpStop, pod, rollWeb, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy has left n1, its rules still lead to pods that are gone',
  fault: ['kp-stopped-rules-remain'],
  modes: ['iptables', 'nftables'],
  break: steps(kpStop('n1'), rollWeb),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: kpStart('n1'),
  expect: faulty('kp-stopped-rules-remain', 'n1'),
} satisfies Scenario
