import { familyCidr, familyEndpoint, faulty, flannelRestart, ofOneFamily, onNode, pod, sees } from '../verbs.ts'

export default ofOneFamily({
  about: 'n1 has lost its IPv4 route to the pods of n2',
  fault: ['ul-pod-route-missing'],
  break: async (stage) => onNode('n1', `ip -4 route del ${await familyCidr(stage, 4, 'n2')}`)(stage),
  observable: sees(pod('n1'), familyEndpoint(4, 'n2'), 'fails'),
  heal: flannelRestart('n1'),
  expect: faulty('ul-pod-route-missing', 'n1'),
})
