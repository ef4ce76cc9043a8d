import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpStart, kpStop, nodePort, onNode, outside, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy does not run on n1 and has taken its rules with it',
  fault: ['kp-not-running'],
  modes: ['iptables', 'nftables'],
  break: steps(kpStop('n1'), onNode('n1', 'kube-proxy --cleanup')),
  observable: steps(sees(pod('n1'), clusterIp(), 'timeout'), sees(outside, nodePort('n1'), 'refused')),
  heal: kpStart('n1'),
  expect: faulty('kp-not-running', 'n1'),
} satisfies Scenario
