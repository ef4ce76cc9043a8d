import { familyIp, faulty, flannelRestart, kpRestart, ofOneFamily, onNode, pod, sees, steps } from '../verbs.ts'

export default ofOneFamily({
  about: 'somebody flushed the IPv6 nat table of n1',
  fault: ['kp-nat-flushed'],
  break: onNode('n1', 'ip6tables -t nat -F'),
  observable: sees(pod('n1'), familyIp(6), 'fails'),
  heal: steps(kpRestart('n1'), flannelRestart('n1')),
  expect: faulty('kp-nat-flushed', 'n1'),
})
