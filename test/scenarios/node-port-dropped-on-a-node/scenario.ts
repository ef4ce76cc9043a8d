import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, nodePort, onNode, outside, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n1 drops the node port of the Service before it is translated',
  fault: ['np-host-firewall'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', 'iptables -t mangle -I PREROUTING -i eth0 -p tcp --dport 30080 -j DROP'),
  observable: sees(outside, nodePort('n1'), 'timeout'),
  heal: undoOnNode('n1', 'iptables -t mangle -D PREROUTING -i eth0 -p tcp --dport 30080 -j DROP'),
  expect: faulty('np-host-firewall', 'n1'),
} satisfies Scenario
