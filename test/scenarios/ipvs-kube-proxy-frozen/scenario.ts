import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpFreeze, kpThaw, pod, rollWeb, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy on n3 stands still while pods are replaced',
  fault: ['kp-stopped-rules-remain'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(kpFreeze('n3'), rollWeb),
  observable: sees(pod('n3'), clusterIp(), 'fails'),
  heal: kpThaw('n3'),
  expect: faulty('kp-stopped-rules-remain', 'n3'),
  healWithin: 240,
} satisfies Scenario
