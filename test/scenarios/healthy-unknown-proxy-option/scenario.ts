import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, kpConfig, kpConfigBack, kpHealthy, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'the configuration of kube-proxy has a key that it does not know and passes over',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    kpConfig('n1', (text) => `${text.trimEnd()}\nmodes: iptables\n`),
    kpHealthy('n1'),
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: kpConfigBack('n1', (text) => text.replace('modes: iptables\n', '')),
  expect: healthy,
} satisfies Scenario
