import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 has a bridge with an address among the ClusterIPs',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n1',
    'ip link add br-docker type bridge; ip addr add 10.111.0.1/16 dev br-docker; ip link set br-docker up',
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode('n1', 'ip link del br-docker'),
  expect: healthy,
} satisfies Scenario
