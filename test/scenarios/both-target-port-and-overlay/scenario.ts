import other from '../overlay-udp-dropped-in-input/scenario.ts'
import one from '../target-port-wrong/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('targetPort is wrong and n2 drops the overlay', [one, other])
