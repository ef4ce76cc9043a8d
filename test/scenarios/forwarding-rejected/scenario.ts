import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, seesSome, undoOnNode } from '../verbs.ts'

export default {
  about: 'a firewall rule of n2 rejects all that is forwarded',
  fault: ['ul-firewalld-forward-reject'],
  modes: ['iptables', 'nftables'],
  break: onNode('n2', 'iptables -I FORWARD 1 -j REJECT --reject-with icmp-host-prohibited'),
  observable: seesSome(pod('n2'), endpointOn('n1'), 'no-route'),
  heal: undoOnNode('n2', 'iptables -D FORWARD -j REJECT --reject-with icmp-host-prohibited'),
  expect: faulty('ul-firewalld-forward-reject', 'n2'),
} satisfies Scenario
