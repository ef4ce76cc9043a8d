import { familyIp, faulty, ofOneFamily, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default ofOneFamily({
  about: 'n1 does not forward IPv4 packets',
  fault: ['ul-ip-forward-off'],
  break: onNode('n1', 'sysctl -w net.ipv4.ip_forward=0'),
  observable: sees(pod('n1'), familyIp(4), 'fails'),
  heal: undoOnNode('n1', 'sysctl -w net.ipv4.ip_forward=1'),
  expect: faulty('ul-ip-forward-off', 'n1'),
})
