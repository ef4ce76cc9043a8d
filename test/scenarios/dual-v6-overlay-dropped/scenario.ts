import { familyEndpoint, faulty, ofOneFamily, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default ofOneFamily({
  about: 'n2 drops the overlay port over IPv6',
  fault: ['ul-overlay-udp-blocked'],
  break: onNode('n2', 'ip6tables -I INPUT -p udp --dport 8472 -j DROP'),
  observable: sees(pod('n0'), familyEndpoint(6, 'n2'), 'timeout'),
  heal: undoOnNode('n2', 'ip6tables -D INPUT -p udp --dport 8472 -j DROP'),
  expect: faulty('ul-overlay-udp-blocked', 'n2'),
})
