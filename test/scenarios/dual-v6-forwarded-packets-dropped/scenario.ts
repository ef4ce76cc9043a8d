import { familyCidr, familyEndpoint, faulty, ofOneFamily, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default ofOneFamily({
  about: 'a rule of n2 drops what it forwards to IPv6 pods',
  fault: ['ul-foreign-table-drop'],
  break: async (stage) => onNode('n2', `ip6tables -I FORWARD 1 -d ${await familyCidr(stage, 6, 'n2')} -j DROP`)(stage),
  observable: sees(pod('n0'), familyEndpoint(6, 'n2'), 'timeout'),
  heal: async (stage) => undoOnNode('n2', `ip6tables -D FORWARD -d ${await familyCidr(stage, 6, 'n2')} -j DROP`)(stage),
  expect: faulty('ul-foreign-table-drop', 'n2'),
})
