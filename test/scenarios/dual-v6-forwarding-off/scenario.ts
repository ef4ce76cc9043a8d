import { familyEndpoint, faulty, ofOneFamily, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default ofOneFamily({
  about: 'n1 does not forward IPv6 packets',
  fault: ['ul-ip-forward-off'],
  break: onNode('n1', 'sysctl -w net.ipv6.conf.all.forwarding=0'),
  observable: sees(pod('n1'), familyEndpoint(6, 'n2'), 'fails'),
  heal: undoOnNode('n1', 'sysctl -w net.ipv6.conf.all.forwarding=1'),
  expect: faulty('ul-ip-forward-off', 'n1'),
})
