import other from '../kubelet-cluster-dns-wrong/scenario.ts'
import one from '../service-chain-empty/scenario.ts'
import { compound } from '../verbs.ts'

export default compound('the chain of the Service is empty on n1, whose kubelet gives pods a wrong DNS address', [
  one,
  other,
])
