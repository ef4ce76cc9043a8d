import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, flannelHold, flannelRelease, onNode, pod, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 drops what it forwards by policy, and the rules of the CNI that would accept pods are gone',
  fault: ['ul-forward-policy-drop'],
  modes: ['iptables', 'nftables'],
  break: steps(
    flannelHold('n1'),
    onNode(
      'n1',
      'iptables -P FORWARD DROP; iptables -D FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD',
    ),
  ),
  observable: sees(pod('n1'), clusterIp(), 'timeout'),
  heal: steps(undoOnNode('n1', 'iptables -P FORWARD ACCEPT'), flannelRelease('n1')),
  expect: faulty('ul-forward-policy-drop', 'n1'),
} satisfies Scenario
