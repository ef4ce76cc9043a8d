import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, webService } from '../verbs.ts'

export default {
  about: 'internalTrafficPolicy is Local and n0 has no endpoint',
  fault: ['svc-internal-policy-local'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: webService({ internalTrafficPolicy: 'Local' }),
  observable: sees(pod('n0'), clusterIp(), 'timeout'),
  heal: restoreBase,
  expect: faulty('svc-internal-policy-local'),
} satisfies Scenario
