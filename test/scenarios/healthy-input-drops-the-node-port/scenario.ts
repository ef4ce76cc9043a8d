import type { Scenario } from '../../cluster/scenario.ts'
import { healthy, nodePort, onNode, outside, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'INPUT of n1 drops the node port, which packets for pods never pass',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -I INPUT -p tcp --dport 30080 -j DROP'),
  observable: sees(outside, nodePort('n1'), 'ok'),
  heal: undoOnNode('n1', 'iptables -D INPUT -p tcp --dport 30080 -j DROP'),
  expect: healthy,
} satisfies Scenario
