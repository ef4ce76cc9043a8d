import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, onNode, pod, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'the overlay device of n2 has been set down, and its routes went with it',
  fault: ['ul-flannel-dev-down'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: onNode('n2', 'ip link set flannel.1 down'),
  observable: sees(pod('n2'), endpointOn('n1'), 'timeout'),
  heal: steps(undoOnNode('n2', 'ip link set flannel.1 up'), flannelRestart('n2')),
  expect: faulty('ul-flannel-dev-down', 'n2'),
} satisfies Scenario
