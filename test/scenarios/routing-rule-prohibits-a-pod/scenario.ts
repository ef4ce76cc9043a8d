import type { Scenario } from '../../cluster/scenario.ts'
import { addressOn, endpointOn, faulty, pod, sees, shell, undoOnNode } from '../verbs.ts'

export default {
  about: 'a routing rule of a node prohibits the way to one pod',
  fault: ['ul-line-in-the-way'],
  modes: ['iptables', 'nftables'],
  break: async (stage) =>
    void (await shell(stage, 'n1', `ip rule add to ${await addressOn(stage, 'n2')} prohibit priority 50`)),
  observable: sees(pod('n1'), endpointOn('n2'), 'fails'),
  heal: undoOnNode('n1', 'ip rule del priority 50'),
  expect: faulty('ul-line-in-the-way', 'n1'),
} satisfies Scenario
