import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  barePod,
  clusterIp,
  healthy,
  pod,
  restoreBase,
  runs,
  sees,
  server,
  serviceMadeAnew,
  steps,
  undoKubectl,
} from '../verbs.ts'

export default {
  about:
    'the client was started before the Service was made anew, and asks DNS: the address that it was once given harms nobody',
  fault: [],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(apply(barePod('shopper', 'shopper', server, { nodeName: 'n1' })), runs('shopper', 1), serviceMadeAnew),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: steps(undoKubectl('delete pod shopper --now'), restoreBase),
  expect: healthy,
} satisfies Scenario
