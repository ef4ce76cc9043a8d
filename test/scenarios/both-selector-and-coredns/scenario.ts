import other from '../incident-002-coredns-gone/scenario.ts'
import one from '../incident-002-selector-mismatch/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('the selector is off by a letter and CoreDNS is gone', [one, other])
