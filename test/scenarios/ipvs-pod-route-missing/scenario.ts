import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, onNode, pod, podCidr, sees } from '../verbs.ts'

export default {
  about: 'n2 has lost its route to the pods of n1',
  fault: ['ul-pod-route-missing'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: async (stage) => onNode('n2', `ip route del ${await podCidr(stage, 'n1')}`)(stage),
  observable: sees(pod('n2'), endpointOn('n1'), 'timeout'),
  heal: flannelRestart('n2'),
  expect: faulty('ul-pod-route-missing', 'n2'),
  healWithin: 60,
} satisfies Scenario
