import one from '../incident-002-external-traffic-policy-local/scenario.ts'
import other from '../node-port-dropped-on-a-node/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('externalTrafficPolicy is Local and n1 drops the node port', [one, other])
