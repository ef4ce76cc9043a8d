import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, host, onNode, pod, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 has a blackhole route for the range of ClusterIPs, which only its own connections meet',
  fault: ['ul-service-cidr-route-trap'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'ip route add blackhole 10.96.0.0/12'),
  observable: steps(sees(host('n1'), clusterIp(), 'invalid'), sees(pod('n1'), clusterIp(), 'ok')),
  heal: undoOnNode('n1', 'ip route del blackhole 10.96.0.0/12'),
  expect: faulty('ul-service-cidr-route-trap', 'n1'),
} satisfies Scenario
