import type { Scenario } from '../../cluster/scenario.ts'
import { addressOn, endpointOn, faulty, pod, sees, shell, undoOnNode } from '../verbs.ts'

export default {
  about: 'a route of a node to one pod of another node leads out to the wire, where nobody is',
  fault: ['ul-pod-route-missing'],
  modes: ['iptables', 'nftables'],
  break: async (stage) =>
    void (await shell(stage, 'n1', `ip route add ${await addressOn(stage, 'n2')} dev eth0 proto 77`)),
  observable: sees(pod('n1'), endpointOn('n2'), 'fails'),
  heal: undoOnNode('n1', 'ip route flush proto 77'),
  expect: faulty('ul-pod-route-missing', 'n1'),
} satisfies Scenario
