import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, nodePort, onNode, outside, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n3 drops the node port of the Service before it is translated',
  fault: ['np-host-firewall'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: onNode('n3', 'iptables -t mangle -I PREROUTING -i eth0 -p tcp --dport 30080 -j DROP'),
  observable: sees(outside, nodePort('n3'), 'timeout'),
  heal: undoOnNode('n3', 'iptables -t mangle -D PREROUTING -i eth0 -p tcp --dport 30080 -j DROP'),
  expect: faulty('np-host-firewall', 'n3'),
  healWithin: 60,
} satisfies Scenario
