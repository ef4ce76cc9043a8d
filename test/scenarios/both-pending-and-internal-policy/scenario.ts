import one from '../incident-002-load-balancer-pending/scenario.ts'
import other from '../internal-traffic-policy-local/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('the balancer is pending and internalTrafficPolicy is Local', [one, other])
