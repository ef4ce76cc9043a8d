import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, onNode, overlayAddress, pod, sees } from '../verbs.ts'

export default {
  about: 'n1 knows the overlay device of n2 under a hardware address it does not have',
  fault: ['ul-vtep-fdb-or-neigh-wrong'],
  modes: ['iptables', 'nftables'],
  break: async (stage) =>
    onNode(
      'n1',
      `ip neigh replace ${await overlayAddress(stage, 'n2')} lladdr 0a:00:00:00:00:99 dev flannel.1 nud permanent`,
    )(stage),
  observable: sees(pod('n1'), endpointOn('n2'), 'timeout'),
  heal: flannelRestart('n1'),
  expect: faulty('ul-vtep-fdb-or-neigh-wrong', 'n1'),
} satisfies Scenario
