import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, host, onNode, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 has a route for the range of ClusterIPs by its only NIC',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'ip route add 10.96.0.0/12 dev eth0'),
  observable: sees(host('n1'), clusterIp(), 'ok'),
  heal: undoOnNode('n1', 'ip route del 10.96.0.0/12'),
  expect: healthy,
} satisfies Scenario
