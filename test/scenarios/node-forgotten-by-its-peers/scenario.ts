import type { Scenario } from '../../cluster/scenario.ts'
import {
  endpointOn,
  faulty,
  flannelRestart,
  kubectl,
  kubectlShows,
  onNode,
  pod,
  restoreBase,
  sees,
  steps,
} from '../verbs.ts'

export default {
  about: 'the Node object of n2 was deleted and came back without what the CNI agent had written there',
  fault: ['ul-node-reregistered'],
  modes: ['iptables', 'nftables'],
  break: steps(
    kubectl('delete node n2'),
    onNode('n2', 'systemctl restart kubelet'),
    kubectlShows(/ Ready /, 'get node n2', 90),
    restoreBase,
  ),
  observable: sees(pod('n0'), endpointOn('n2'), 'fails'),
  heal: steps(flannelRestart('n2'), restoreBase),
  expect: faulty('ul-node-reregistered', 'n2'),
  healWithin: 60,
} satisfies Scenario
