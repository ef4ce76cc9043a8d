import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, host, kpConfig, kpConfigBack, kpHealthy, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy on n1 has no clusterCIDR, and every node has one NIC',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    kpConfig('n1', (text) => text.replace(/^clusterCIDR:.*$/m, 'clusterCIDR: ""')),
    kpHealthy('n1'),
  ),
  observable: sees(host('n1'), clusterIp(), 'ok'),
  heal: kpConfigBack('n1', (text) => text.replace(/^clusterCIDR:.*$/m, 'clusterCIDR: 10.244.0.0/16')),
  expect: healthy,
} satisfies Scenario
