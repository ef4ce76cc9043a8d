import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a traffic shaper on the overlay of a node lets next to nothing through',
  fault: ['ul-qdisc-drops'],
  modes: ['iptables', 'nftables'],
  break: onNode('n2', 'tc qdisc add dev flannel.1 root tbf rate 8kbit burst 60 latency 1ms'),
  observable: sees(pod('n1'), endpointOn('n2'), 'timeout'),
  heal: undoOnNode('n2', 'tc qdisc del dev flannel.1 root'),
  expect: faulty('ul-qdisc-drops', 'n2'),
} satisfies Scenario
