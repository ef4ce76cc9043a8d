import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'the bridge of n2 is down, so its pods reach nobody',
  fault: ['ul-cni0-down'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: onNode('n2', 'ip link set cni0 down'),
  observable: sees(pod('n2'), clusterIp(), 'fails'),
  heal: undoOnNode('n2', 'ip link set cni0 up'),
  expect: faulty('ul-cni0-down', 'n2'),
} satisfies Scenario
