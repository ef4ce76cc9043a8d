import one from '../bridge-skips-netfilter/scenario.ts'
import other from '../overlay-udp-dropped-in-input/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('the bridge of n1 skips netfilter and n2 drops the overlay', [one, other])
