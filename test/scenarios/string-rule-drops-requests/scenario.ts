import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'a rule drops packets by the words in them: connections are made, and requests get no answer',
  fault: ['ul-line-in-the-way'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', "iptables -I FORWARD -p tcp -m string --string 'GET / HTTP' --algo bm -j DROP"),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: undoOnNode('n1', "iptables -D FORWARD -p tcp -m string --string 'GET / HTTP' --algo bm -j DROP"),
  expect: faulty('ul-line-in-the-way', 'n1'),
} satisfies Scenario
