import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpConfig, kpConfigBack, pod, rollWeb, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy on n1 shall use IPVS, which its kernel does not have',
  fault: ['kp-mode-unsupported'],
  modes: ['iptables', 'nftables'],
  break: steps(
    kpConfig('n1', (text) => text.replace(/^mode:.*$/m, 'mode: ipvs')),
    rollWeb,
  ),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: (stage) => kpConfigBack('n1', (text) => text.replace(/^mode:.*$/m, `mode: ${stage.mode}`))(stage),
  expect: faulty('kp-mode-unsupported', 'n1'),
} satisfies Scenario
