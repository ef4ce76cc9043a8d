import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, host, onNode, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'the default route of n2 leaves by a second NIC, and kube-proxy rewrites the source',
  fault: [],
  modes: ['iptables', 'nftables'],
  needs: ['second-nic'],
  break: onNode('n2', 'ip route replace default via 192.168.77.1 dev eth1'),
  observable: sees(host('n2'), clusterIp(), 'ok'),
  heal: undoOnNode('n2', 'ip route replace default via 172.30.0.1 dev eth0'),
  expect: healthy,
} satisfies Scenario
