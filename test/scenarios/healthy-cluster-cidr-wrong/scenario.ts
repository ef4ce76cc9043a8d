import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, kpConfig, kpConfigBack, kpHealthy, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy on n1 has a wrong clusterCIDR, so it rewrites the source of pods for no reason',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    kpConfig('n1', (text) => text.replace(/^clusterCIDR:.*$/m, 'clusterCIDR: 10.99.0.0/16')),
    kpHealthy('n1'),
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: kpConfigBack('n1', (text) => text.replace(/^clusterCIDR:.*$/m, 'clusterCIDR: 10.244.0.0/16')),
  expect: healthy,
} satisfies Scenario
