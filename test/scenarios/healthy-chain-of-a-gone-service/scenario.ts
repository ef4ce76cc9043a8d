import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'chains of a Service of old are still there on n1',
  fault: [],
  modes: ['iptables'],
  break: onNode(
    'n1',
    'iptables -t nat -N KUBE-SVC-AAAAAAAAAAAAAAAA; iptables -t nat -N KUBE-SEP-AAAAAAAAAAAAAAAA; iptables -t nat -A KUBE-SEP-AAAAAAAAAAAAAAAA -p tcp -j DNAT --to-destination 10.244.9.9:80',
  ),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode(
    'n1',
    'for c in KUBE-SVC-AAAAAAAAAAAAAAAA KUBE-SEP-AAAAAAAAAAAAAAAA; do iptables -t nat -F $c; iptables -t nat -X $c; done',
  ),
  expect: healthy,
} satisfies Scenario
