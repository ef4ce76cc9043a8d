import other from '../incident-002-coredns-gone/scenario.ts'
import one from '../kube-proxy-frozen/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('kube-proxy of n1 stands still and CoreDNS is gone', one, other)
