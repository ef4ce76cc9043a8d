import other from '../kubelet-cluster-dns-wrong/scenario.ts'
import one from '../service-chain-empty/scenario.ts'
import { compound, steps } from '../verbs.ts'

// The chain is emptied last: kube-proxy may write it anew once the kubelet's restart and the new client change the node.
const first = { ...other, break: steps(other.break, other.observable) }

export default compound(
  'the chain of the Service is empty on n1, whose kubelet gives pods a wrong DNS address',
  [first, one],
  one.observable,
)
