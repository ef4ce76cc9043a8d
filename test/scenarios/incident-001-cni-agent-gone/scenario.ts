import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelAway, flannelBack, onNode, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'after a reboot without its CNI agent n2 has lost the overlay device and the subnet file',
  fault: ['ul-cni-agent-not-ready'],
  modes: ['iptables', 'nftables'],
  break: steps(flannelAway('n2'), onNode('n2', 'ip link del flannel.1; rm -f /run/flannel/subnet.env')),
  observable: steps(sees(pod('n0'), endpointOn('n2'), 'fails'), sees(pod('n2'), endpointOn('n1'), 'fails')),
  heal: flannelBack('n2'),
  expect: faulty('ul-cni-agent-not-ready', 'n2'),
  healWithin: 90,
} satisfies Scenario
