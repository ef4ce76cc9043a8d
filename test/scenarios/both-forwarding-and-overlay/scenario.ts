import one from '../forwarding-off/scenario.ts'
import other from '../overlay-udp-dropped-in-input/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('n1 does not forward and n2 drops the overlay', [one, other])
