import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, host, onNode, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 has an unreachable route for the range of ClusterIPs',
  fault: ['ul-service-cidr-route-trap'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'ip route add unreachable 10.96.0.0/12'),
  observable: sees(host('n1'), clusterIp(), 'no-route'),
  heal: undoOnNode('n1', 'ip route del unreachable 10.96.0.0/12'),
  expect: faulty('ul-service-cidr-route-trap', 'n1'),
} satisfies Scenario
