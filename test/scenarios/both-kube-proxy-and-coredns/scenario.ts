import other from '../incident-002-coredns-gone/scenario.ts'
import one from '../kube-proxy-frozen/scenario.ts'
import { asks, clusterIp, compound, NAME, pod, sees, steps } from '../verbs.ts'

export default compound(
  'kube-proxy of n1 stands still and CoreDNS is gone',
  [one, other],
  steps(asks(pod('n0'), NAME, 'refused'), sees(pod('n1'), clusterIp(), 'fails')),
)
