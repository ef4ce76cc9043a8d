import one from '../incident-002-wrong-dnat/scenario.ts'
import other from '../overlay-device-down/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('a rule of n1 leads to a wrong port and the overlay device of n2 is down', one, other)
