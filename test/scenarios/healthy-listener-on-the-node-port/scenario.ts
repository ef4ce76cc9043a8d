import type { Scenario } from '../../cluster/scenario.ts'
import { healthy, nodePort, onNode, outside, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a program of n1 listens on the node port too; packets for pods are translated before it could see them',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode(
    'n1',
    'setsid socat TCP-LISTEN:30080,fork,reuseaddr SYSTEM:true >/dev/null 2>&1 </dev/null & sleep 0.5',
  ),
  observable: sees(outside, nodePort('n1'), 'ok'),
  heal: undoOnNode('n1', 'pkill -f "^socat TCP-LISTEN:30080"'),
  expect: healthy,
} satisfies Scenario
