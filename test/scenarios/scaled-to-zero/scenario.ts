import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kubectl, pod, restoreBase, sees } from '../verbs.ts'

export default {
  about: 'the Deployment is scaled to nothing',
  fault: ['ep-scaled-to-zero'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: kubectl('scale deployment web --replicas=0'),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('ep-scaled-to-zero'),
} satisfies Scenario
