import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, endpointOn, faulty, onNode, pod, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 does not forward packets',
  fault: ['ul-ip-forward-off'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'sysctl -w net.ipv4.ip_forward=0'),
  observable: steps(sees(pod('n1'), clusterIp(), 'timeout'), sees(pod('n0'), endpointOn('n1'), 'timeout')),
  heal: undoOnNode('n1', 'sysctl -w net.ipv4.ip_forward=1'),
  expect: faulty('ul-ip-forward-off', 'n1'),
} satisfies Scenario
