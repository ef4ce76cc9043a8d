import other from '../corefile-serves-another-zone/scenario.ts'
import one from '../incident-002-readiness-failing/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('no endpoint is ready and CoreDNS serves another zone', [one, other])
