import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  asks,
  barePod,
  endpointOn,
  faulty,
  NAME,
  onNode,
  pod,
  runs,
  sees,
  server,
  steps,
  undoKubectl,
  undoOnNode,
} from '../verbs.ts'

const rules = [
  '-i eth0 -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
  '-i eth0 -p tcp -m multiport --dports 22,6443,10250,30000:32767 -j ACCEPT',
  '-i eth0 -p tcp --dport 8472 -j ACCEPT',
  '-i eth0 -p udp -j REJECT --reject-with icmp-host-prohibited',
]
const each = (verb: string) => rules.map((rule) => `iptables ${verb} INPUT ${rule}`).join('; ')

export default {
  about: 'n2 opens the overlay port as TCP where it is UDP, while a second nameserver in the pods hides half of it',
  fault: ['ul-overlay-tcp-instead-of-udp'],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(barePod('victim', 'victim', { ...server }, { nodeName: 'n2', dnsConfig: { nameservers: ['172.30.0.1'] } })),
    runs('victim', 1),
    onNode('n2', each('-A')),
  ),
  observable: steps(
    sees(pod('n0'), endpointOn('n2'), 'timeout'),
    sees(pod('n2'), endpointOn('n1'), 'timeout'),
    asks(pod('n2'), NAME, 'silence'),
  ),
  heal: steps(undoOnNode('n2', each('-D')), undoKubectl('delete pod victim --now')),
  expect: faulty('ul-overlay-tcp-instead-of-udp', 'n2', { near: 'tcp' }),
} satisfies Scenario
