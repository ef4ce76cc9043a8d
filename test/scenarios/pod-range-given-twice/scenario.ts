import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelRestart, newPodsOn, pod, reregister, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 and n2 have the same pod range',
  fault: ['ul-podcidr-missing-or-duplicate'],
  modes: ['iptables', 'nftables'],
  break: steps(reregister('n2', '10.244.1.0/24'), flannelRestart('n2')),
  observable: sees(pod('n0'), endpointOn('n1'), 'fails', 60),
  heal: steps(
    reregister('n2', '10.244.2.0/24'),
    undoOnNode('n2', 'ip link del cni0'),
    flannelRestart('n2'),
    flannelRestart('n1'),
    flannelRestart('n0'),
    newPodsOn('n2'),
  ),
  expect: faulty('ul-podcidr-missing-or-duplicate', 'n2'),
  fix: 'none: a Node has to be made anew, its pods too',
  healWithin: 90,
} satisfies Scenario
