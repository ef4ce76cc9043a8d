import other from '../incident-002-external-traffic-policy-local/scenario.ts'
import one from '../incident-002-hairpin-off/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('a bridge port of n1 does not turn packets back and externalTrafficPolicy is Local', [
  one,
  other,
])
