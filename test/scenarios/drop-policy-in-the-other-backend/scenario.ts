import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'iptables-legacy, at which nobody looks, drops all that n1 forwards',
  fault: ['kp-iptables-backend-mix'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables-legacy -P FORWARD DROP'),
  observable: sees(pod('n1'), clusterIp(), 'timeout'),
  heal: undoOnNode('n1', 'iptables-legacy -P FORWARD ACCEPT'),
  expect: faulty('kp-iptables-backend-mix', 'n1'),
} satisfies Scenario
