import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, onNode, pod, podCidr, sees, steps } from '../verbs.ts'

export default {
  about: 'n1 has lost its route to the pods of n2',
  fault: ['ul-pod-route-missing'],
  modes: ['iptables', 'nftables'],
  break: async (stage) => onNode('n1', `ip route del ${await podCidr(stage, 'n2')}`)(stage),
  observable: steps(sees(pod('n1'), endpointOn('n2'), 'timeout'), sees(pod('n0'), endpointOn('n2'), 'ok')),
  heal: flannelRestart('n1'),
  expect: faulty('ul-pod-route-missing', 'n1'),
} satisfies Scenario
