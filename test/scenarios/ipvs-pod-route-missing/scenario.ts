import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, onNode, pod, podCidr, sees } from '../verbs.ts'

export default {
  about: 'n3 has lost its route to the pods of n2',
  fault: ['ul-pod-route-missing'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: async (stage) => onNode('n3', `ip route del ${await podCidr(stage, 'n2')}`)(stage),
  observable: sees(pod('n3'), endpointOn('n2'), 'timeout'),
  heal: flannelRestart('n3'),
  expect: faulty('ul-pod-route-missing', 'n3'),
  healWithin: 60,
} satisfies Scenario
