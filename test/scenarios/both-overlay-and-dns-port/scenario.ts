import other from '../dns-port-dropped-on-a-node/scenario.ts'
import one from '../overlay-udp-dropped-in-input/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('n2 drops the overlay and n1 drops DNS over UDP', [one, other])
