import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, flannelRestart, healthy, kpRestart, onNode, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'somebody flushed the filter table of n1, which had nothing to accept that is not accepted by policy',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -F'),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: steps(kpRestart('n1'), flannelRestart('n1')),
  expect: healthy,
} satisfies Scenario
