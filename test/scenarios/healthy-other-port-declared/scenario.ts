import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, pod, restoreBase, sees, server, steps, webPods, webTargetPort } from '../verbs.ts'

export default {
  about: 'the pods declare another port than the one they serve',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(webTargetPort(8080), webPods({ ...server, ports: [{ containerPort: 9090 }] })),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
