import { familyIp, faulty, kpRestart, ofOneFamily, onNode, pod, sees } from '../verbs.ts'

export default ofOneFamily({
  about: 'IPv6 packets of pods on n1 no longer come to the rules of kube-proxy',
  fault: ['kp-jump-missing-prerouting'],
  break: onNode(
    'n1',
    'ip6tables -t nat -D PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  ),
  observable: sees(pod('n1'), familyIp(6), 'fails'),
  heal: kpRestart('n1'),
  expect: faulty('kp-jump-missing-prerouting', 'n1'),
})
