import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, seesSome, undoOnNode } from '../verbs.ts'

const syn = '-p tcp --syn --dport 8080'
const few = `${syn} -m limit --limit 1/min --limit-burst 1`

export default {
  about: 'a rule lets one connection a minute to the pods through, and the next one drops the others',
  fault: ['ul-line-in-the-way'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', `iptables -I FORWARD ${syn} -j DROP && iptables -I FORWARD ${few} -j ACCEPT`),
  observable: seesSome(pod('n1'), clusterIp(), 'timeout'),
  heal: undoOnNode('n1', `iptables -D FORWARD ${few} -j ACCEPT; iptables -D FORWARD ${syn} -j DROP`),
  expect: faulty('ul-line-in-the-way', 'n1'),
} satisfies Scenario
