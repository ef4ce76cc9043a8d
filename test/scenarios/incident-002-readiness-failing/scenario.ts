import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, server, webPods } from '../verbs.ts'

export default {
  about: 'the readiness probe asks a port on which nothing listens, so no endpoint is ready',
  fault: ['ep-readiness-failing'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: webPods({ ...server, readinessProbe: { httpGet: { path: '/', port: 9 }, periodSeconds: 2 } }),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('ep-readiness-failing'),
  fix: 'none: the probe belongs to the workload of its owner',
} satisfies Scenario
