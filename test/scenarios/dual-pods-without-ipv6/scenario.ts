import { familyIp, faulty, flannelRestart, ofOneFamily, onNode, pod, rollWeb, sees, steps } from '../verbs.ts'

const withoutSix = (node: string) => onNode(node, "sed -i '/IPV6/d' /run/flannel/subnet.env")

export default ofOneFamily({
  about: 'the nodes give their pods IPv4 addresses only, and the Service has both families',
  fault: ['svc-ipfamily-mismatch'],
  break: steps(withoutSix('n1'), withoutSix('n2'), rollWeb),
  observable: steps(sees(pod('n0'), familyIp(6), 'refused'), sees(pod('n0'), familyIp(4), 'ok')),
  heal: steps(flannelRestart('n1'), flannelRestart('n2'), rollWeb),
  expect: faulty('svc-ipfamily-mismatch'),
  fix: 'none: which families the pods and the Service are to have is for a person to say',
})
