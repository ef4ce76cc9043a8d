import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, webService } from '../verbs.ts'

export default {
  about: 'the selector asks for one label more than the pods have',
  fault: ['svc-selector-mismatch'],
  modes: ['iptables', 'nftables'],
  break: webService({ selector: { app: 'web', tier: 'front' } }),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('svc-selector-mismatch', undefined, { near: 'tier' }),
} satisfies Scenario
