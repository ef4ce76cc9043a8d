import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, pod, restoreBase, sees, webService } from '../verbs.ts'

export default {
  about: 'sessionAffinity keeps each client on one endpoint',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: webService({ sessionAffinity: 'ClientIP' }),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
