import { familyIp, faulty, kpRestart, ofOneFamily, onNode, pod, sees } from '../verbs.ts'

export default ofOneFamily({
  about: 'the IPv4 entry for the ClusterIP is missing from the rules of n1',
  fault: ['kp-svc-entry-missing'],
  break: onNode(
    'n1',
    `iptables-save -t nat | grep -- '^-A KUBE-SERVICES -d .*default/both:http cluster IP' | sed 's/^-A/-t nat -D/' | xargs -L1 iptables`,
  ),
  observable: sees(pod('n1'), familyIp(4), 'fails'),
  heal: kpRestart('n1'),
  expect: faulty('kp-svc-entry-missing', 'n1'),
})
