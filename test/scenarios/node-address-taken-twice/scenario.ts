import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 has the address of n2 as well, so what it sends there stays at home',
  fault: ['ul-duplicate-node-ip'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'ip addr add 172.30.0.12/32 dev eth0'),
  observable: sees(pod('n1'), endpointOn('n2'), 'fails'),
  heal: steps(
    undoOnNode('n1', 'ip addr del 172.30.0.12/32 dev eth0'),
    undoOnNode('n0', 'ip neigh flush dev eth0'),
    undoOnNode('n1', 'ip neigh flush dev eth0'),
  ),
  expect: faulty('ul-duplicate-node-ip', 'n1'),
} satisfies Scenario
