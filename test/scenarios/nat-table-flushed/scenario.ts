import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, flannelRestart, kpRestart, onNode, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'somebody flushed the nat table of n1; the chains are there and empty',
  fault: ['kp-nat-flushed'],
  modes: ['iptables'],
  break: onNode('n1', 'iptables -t nat -F'),
  observable: sees(pod('n1'), clusterIp(), 'timeout'),
  heal: steps(kpRestart('n1'), flannelRestart('n1')),
  expect: faulty('kp-nat-flushed', 'n1'),
} satisfies Scenario
