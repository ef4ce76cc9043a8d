import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, host, kpRestart, onNode, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'packets of pods on n1 no longer come to the rules of kube-proxy',
  fault: ['kp-jump-missing-prerouting'],
  modes: ['iptables'],
  break: onNode(
    'n1',
    'iptables -t nat -D PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  ),
  observable: steps(sees(pod('n1'), clusterIp(), 'timeout'), sees(host('n1'), clusterIp(), 'ok')),
  heal: kpRestart('n1'),
  expect: faulty('kp-jump-missing-prerouting', 'n1'),
} satisfies Scenario
