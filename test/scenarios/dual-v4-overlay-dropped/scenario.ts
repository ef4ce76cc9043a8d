import { familyEndpoint, faulty, ofOneFamily, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default ofOneFamily({
  about: 'n2 drops the overlay port over IPv4',
  fault: ['ul-overlay-udp-blocked'],
  break: onNode('n2', 'iptables -I INPUT -p udp --dport 8472 -j DROP'),
  observable: sees(pod('n0'), familyEndpoint(4, 'n2'), 'timeout'),
  heal: undoOnNode('n2', 'iptables -D INPUT -p udp --dport 8472 -j DROP'),
  expect: faulty('ul-overlay-udp-blocked', 'n2'),
})
