import { familyNodePort, faulty, host, ofOneFamily, onNode, sees, undoOnNode } from '../verbs.ts'

export default ofOneFamily({
  about: 'n1 drops the node port over IPv4',
  fault: ['np-host-firewall'],
  break: onNode('n1', 'iptables -t mangle -I PREROUTING -i eth0 -p tcp --dport 30081 -j DROP'),
  observable: sees(host('n0'), familyNodePort(4, 'n1'), 'timeout'),
  heal: undoOnNode('n1', 'iptables -t mangle -D PREROUTING -i eth0 -p tcp --dport 30081 -j DROP'),
  expect: faulty('np-host-firewall', 'n1'),
})
