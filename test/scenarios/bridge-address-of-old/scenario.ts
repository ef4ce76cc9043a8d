import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, newPodsOn, pod, reregister, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 got another pod range and its bridge still has the address of the old one',
  fault: ['ul-cni0-addr-mismatch'],
  modes: ['iptables', 'nftables'],
  break: steps(reregister('n2', '10.244.9.0/24'), flannelRestart('n2')),
  observable: sees(pod('n0'), endpointOn('n2'), 'fails', 60),
  heal: steps(
    reregister('n2', '10.244.2.0/24'),
    undoOnNode('n2', 'ip link del cni0'),
    flannelRestart('n2'),
    newPodsOn('n2'),
  ),
  expect: faulty('ul-cni0-addr-mismatch', 'n2'),
  healWithin: 90,
} satisfies Scenario
