import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, seesSome, undoOnNode } from '../verbs.ts'

export default {
  about:
    'the bridge of n1 does not show its packets to netfilter, so answers from the same node keep the address of the pod',
  fault: ['ul-bridge-nf-off'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'sysctl -w net.bridge.bridge-nf-call-iptables=0'),
  observable: seesSome(pod('n1'), clusterIp(), 'timeout'),
  heal: undoOnNode('n1', 'sysctl -w net.bridge.bridge-nf-call-iptables=1'),
  expect: faulty('ul-bridge-nf-off', 'n1'),
} satisfies Scenario
