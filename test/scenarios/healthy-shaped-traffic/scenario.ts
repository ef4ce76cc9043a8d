import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a traffic shaper with room enough, on a node whose packets all come through',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n2', 'tc qdisc add dev flannel.1 root tbf rate 100mbit burst 64kb latency 400ms'),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode('n2', 'tc qdisc del dev flannel.1 root'),
  expect: healthy,
} satisfies Scenario
