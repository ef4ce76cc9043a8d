import { familyNodePort, faulty, host, ofOneFamily, onNode, sees, undoOnNode } from '../verbs.ts'

export default ofOneFamily({
  about: 'n1 drops the node port over IPv6',
  fault: ['np-host-firewall'],
  break: onNode('n1', 'ip6tables -t mangle -I PREROUTING -i eth0 -p tcp --dport 30081 -j DROP'),
  observable: sees(host('n0'), familyNodePort(6, 'n1'), 'timeout'),
  heal: undoOnNode('n1', 'ip6tables -t mangle -D PREROUTING -i eth0 -p tcp --dport 30081 -j DROP'),
  expect: faulty('np-host-firewall', 'n1'),
})
