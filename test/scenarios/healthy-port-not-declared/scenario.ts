import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, pod, restoreBase, sees, server, steps, webPods, webTargetPort } from '../verbs.ts'

export default {
  about: 'the pods declare no port; a declaration is for people only',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(webTargetPort(8080), webPods({ ...server, ports: [] })),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
