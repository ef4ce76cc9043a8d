import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, nodePort, onNode, outside, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 drops the node port of the Service before it is translated',
  fault: ['np-host-firewall'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: onNode('n2', 'iptables -t mangle -I PREROUTING -i eth0 -p tcp --dport 30080 -j DROP'),
  observable: sees(outside, nodePort('n2'), 'timeout'),
  heal: undoOnNode('n2', 'iptables -t mangle -D PREROUTING -i eth0 -p tcp --dport 30080 -j DROP'),
  expect: faulty('np-host-firewall', 'n2'),
  healWithin: 60,
} satisfies Scenario
