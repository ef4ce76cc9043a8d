import type { Scenario } from '../../cluster/scenario.ts'
import { addressOn, faulty, neverReachesItself, onNode, undoOnNode, vethOf } from '../verbs.ts'

export default {
  about: 'the bridge port of the pod on n1 does not send frames back where they came from',
  fault: ['hairpin-veth-off'],
  modes: ['iptables', 'nftables'],
  break: async (stage) =>
    onNode('n1', `ip link set dev ${vethOf(await addressOn(stage, 'n1'))} type bridge_slave hairpin off`)(stage),
  observable: neverReachesItself('n1'),
  heal: async (stage) =>
    undoOnNode('n1', `ip link set dev ${vethOf(await addressOn(stage, 'n1'))} type bridge_slave hairpin on`)(stage),
  expect: faulty('hairpin-veth-off', 'n1'),
} satisfies Scenario
