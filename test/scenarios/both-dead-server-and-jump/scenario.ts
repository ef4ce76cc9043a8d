import other from '../jump-for-the-host-missing/scenario.ts'
import one from '../one-pod-lost-its-server/scenario.ts'
import { clusterIp, compound, host, pod, sees, seesSome, steps } from '../verbs.ts'

export default compound(
  'the server on n2 has died and n1 itself misses the rules of kube-proxy',
  [one, other],
  steps(seesSome(pod('n0'), clusterIp(), 'refused'), sees(host('n1'), clusterIp(), 'timeout')),
)
