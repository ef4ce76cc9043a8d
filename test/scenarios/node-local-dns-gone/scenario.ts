import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, kubeletConfig, newClient, onNode, pod, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'pods of n1 ask the NodeLocal address, on which nothing listens any more',
  fault: ['dns-nodelocal-down'],
  modes: ['iptables', 'nftables'],
  break: steps(
    onNode(
      'n1',
      'ip addr add 169.254.20.10/32 dev lo; iptables -t raw -A PREROUTING -d 169.254.20.10/32 -p udp --dport 53 -j NOTRACK',
    ),
    kubeletConfig('n1', 's/10\\.96\\.0\\.10$/169.254.20.10/'),
  ),
  observable: steps(newClient('n1'), asks(pod('n1'), 'web', 'refused', 60, '+search')),
  heal: steps(
    kubeletConfig('n1', 's/169\\.254\\.20\\.10$/10.96.0.10/'),
    undoOnNode('n1', 'ip addr del 169.254.20.10/32 dev lo; iptables -t raw -F PREROUTING'),
    newClient('n1'),
  ),
  expect: faulty('dns-nodelocal-down', 'n1'),
  fix: 'none: the DaemonSet of NodeLocal DNSCache is not part of this cluster',
} satisfies Scenario
