import other from '../dns-service-without-udp/scenario.ts'
import one from '../pod-route-missing/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('n1 has lost a route and kube-dns its UDP port', [one, other])
