import other from '../jump-for-pods-missing/scenario.ts'
import one from '../overlay-udp-dropped-in-input/scenario.ts'
import { clusterIp, compound, endpointOn, pod, sees, steps } from '../verbs.ts'

export default compound(
  'n2 drops the overlay and pods of n1 miss the rules of kube-proxy',
  [one, other],
  steps(sees(pod('n0'), endpointOn('n2'), 'timeout'), sees(pod('n1'), clusterIp(), 'timeout')),
)
