import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, steps, webService } from '../verbs.ts'

export default {
  about: 'one of two ports leads to a port on which nothing listens',
  fault: ['svc-one-port-of-many'],
  modes: ['iptables', 'nftables'],
  break: webService({
    ports: [
      { name: 'http', port: 80, targetPort: 'http', nodePort: 30080 },
      { name: 'metrics', port: 9100, targetPort: 9100 },
    ],
  }),
  observable: steps(sees(pod('n0'), clusterIp('web', 9100), 'refused'), sees(pod('n0'), clusterIp(), 'ok')),
  heal: restoreBase,
  expect: faulty('svc-one-port-of-many'),
  fix: 'none: only the owner knows the port of the metrics',
} satisfies Scenario
