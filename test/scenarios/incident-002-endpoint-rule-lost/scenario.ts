import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, seesSome, touchSlice, WEB_CHAIN } from '../verbs.ts'

export default {
  about: 'the rules of n1 name one endpoint fewer than the Service has',
  fault: ['kp-lb-count-mismatch'],
  modes: ['iptables'],
  break: onNode('n1', `iptables -t nat -D ${WEB_CHAIN} $(iptables -t nat -S ${WEB_CHAIN} | grep -c '^-A')`),
  observable: seesSome(pod('n1'), clusterIp(), 'timeout'),
  heal: touchSlice,
  expect: faulty('kp-lb-count-mismatch', 'n1'),
} satisfies Scenario
