import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, flannelArgs, flannelArgsBack, kubectlShows, onNode, pod, sees, steps } from '../verbs.ts'

export default {
  about: 'the CNI agent is pinned to a NIC name that n2 does not have, and n2 has been rebooted since',
  fault: ['ul-cni-nic-name-absent'],
  modes: ['iptables', 'nftables'],
  break: steps(
    flannelArgs('n2', '--iface=eth3'),
    onNode('n2', 'ip link del flannel.1; rm -f /run/flannel/subnet.env'),
    kubectlShows(/Error|CrashLoop/, '-n kube-flannel get pods --field-selector spec.nodeName=n2'),
  ),
  observable: sees(pod('n0'), endpointOn('n2'), 'fails'),
  heal: flannelArgsBack('n2'),
  expect: faulty('ul-cni-nic-name-absent', 'n2'),
  healWithin: 90,
} satisfies Scenario
