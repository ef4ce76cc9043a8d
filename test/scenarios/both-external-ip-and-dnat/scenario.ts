import one from '../incident-002-external-ip-not-routed/scenario.ts'
import other from '../incident-002-wrong-dnat/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('an externalIP is not routed and a rule of n1 leads to a wrong port', [one, other])
