import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, healthy, onNode, overlayAddress, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 has a second, longer route to the pods of n2 by the same way',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: async (stage) => {
    const near = (await overlayAddress(stage, 'n2')).replace(/0$/, '0/25')
    await onNode('n1', `ip route add ${near} via ${await overlayAddress(stage, 'n2')} dev flannel.1 onlink`)(stage)
  },
  observable: sees(pod('n1'), endpointOn('n2'), 'ok'),
  heal: async (stage) =>
    undoOnNode('n1', `ip route del ${(await overlayAddress(stage, 'n2')).replace(/0$/, '0/25')}`)(stage),
  expect: healthy,
} satisfies Scenario
