import type { Scenario } from '../../cluster/scenario.ts'
import { addressOn, endpointOn, faulty, host, sees, shell, undoOnNode } from '../verbs.ts'

export default {
  about: "a fixed entry of the node's neighbour table has another hardware address than the pod",
  fault: ['ul-line-in-the-way'],
  modes: ['iptables', 'nftables'],
  break: async (stage) => {
    const ip = await addressOn(stage, 'n1')
    await shell(stage, 'n1', `ip neigh replace ${ip} lladdr 02:00:00:00:00:01 dev cni0 nud permanent`)
  },
  observable: sees(host('n1'), endpointOn('n1'), 'fails'),
  heal: undoOnNode('n1', 'ip neigh flush dev cni0 nud permanent'),
  expect: faulty('ul-line-in-the-way', 'n1'),
} satisfies Scenario
