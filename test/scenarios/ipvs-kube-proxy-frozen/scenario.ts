import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpFreeze, kpThaw, pod, rollWeb, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy on n2 stands still while pods are replaced',
  fault: ['kp-stopped-rules-remain'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(kpFreeze('n2'), rollWeb),
  observable: sees(pod('n2'), clusterIp(), 'fails'),
  heal: kpThaw('n2'),
  expect: faulty('kp-stopped-rules-remain', 'n2'),
  healWithin: 240,
} satisfies Scenario
