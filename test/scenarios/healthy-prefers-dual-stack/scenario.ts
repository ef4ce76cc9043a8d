import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, pod, restoreBase, sees, webService } from '../verbs.ts'

export default {
  about: 'the Service would like two address families and the cluster has one',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: webService({ ipFamilyPolicy: 'PreferDualStack' }),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
