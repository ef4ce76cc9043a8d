import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, pod, restoreBase, sees, webTargetPort } from '../verbs.ts'

export default {
  about: 'targetPort is a number',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: webTargetPort(8080),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
