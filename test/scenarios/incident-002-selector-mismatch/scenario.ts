import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, webService } from '../verbs.ts'

export default {
  about: 'the selector is off by a letter from the labels of the pods',
  fault: ['svc-selector-mismatch'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: webService({ selector: { app: 'wbe' } }),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('svc-selector-mismatch', undefined, { near: 'app=web|app: web' }),
} satisfies Scenario
