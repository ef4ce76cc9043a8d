import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpConfig, kpConfigBack, pod, rollWeb, sees, steps } from '../verbs.ts'

export default {
  about: 'the mode in the configuration of kube-proxy is misspelt, so the one on n1 does not start',
  fault: ['kp-crashloop'],
  modes: ['iptables', 'nftables'],
  break: steps(
    kpConfig('n1', (text) => text.replace(/^mode:.*$/m, 'mode: iptable')),
    rollWeb,
  ),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: (stage) => kpConfigBack('n1', (text) => text.replace(/^mode:.*$/m, `mode: ${stage.mode}`))(stage),
  expect: faulty('kp-crashloop', 'n1', { near: 'iptable' }),
} satisfies Scenario
