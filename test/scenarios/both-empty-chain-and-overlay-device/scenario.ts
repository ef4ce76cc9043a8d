import other from '../overlay-device-down/scenario.ts'
import one from '../service-chain-empty/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('the chain of the Service is empty on n1 and the overlay device of n2 is down', [one, other])
