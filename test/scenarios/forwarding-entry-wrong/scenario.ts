import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, onNode, pod, sees, steps, undoOnNode, vtepMac } from '../verbs.ts'

export default {
  about: 'the overlay of n1 sends what is for n2 to an address of old',
  fault: ['ul-vtep-fdb-or-neigh-wrong'],
  modes: ['iptables', 'nftables'],
  break: async (stage) =>
    onNode('n1', `bridge fdb replace ${await vtepMac(stage, 'n2')} dev flannel.1 dst 172.30.0.13`)(stage),
  observable: sees(pod('n1'), endpointOn('n2'), 'timeout'),
  heal: steps(
    async (stage) =>
      undoOnNode('n1', `bridge fdb replace ${await vtepMac(stage, 'n2')} dev flannel.1 dst 172.30.0.12`)(stage),
    flannelRestart('n1'),
  ),
  expect: faulty('ul-vtep-fdb-or-neigh-wrong', 'n1'),
} satisfies Scenario
