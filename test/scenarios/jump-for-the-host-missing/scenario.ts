import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, host, kpRestart, onNode, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'packets of n1 itself no longer come to the rules of kube-proxy',
  fault: ['kp-jump-missing-output'],
  modes: ['iptables'],
  break: onNode('n1', 'iptables -t nat -D OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES'),
  observable: steps(sees(host('n1'), clusterIp(), 'timeout'), sees(pod('n1'), clusterIp(), 'ok')),
  heal: kpRestart('n1'),
  expect: faulty('kp-jump-missing-output', 'n1'),
} satisfies Scenario
