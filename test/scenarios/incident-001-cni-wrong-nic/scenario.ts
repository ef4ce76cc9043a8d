import type { Scenario } from '../../cluster/scenario.ts'
import {
  endpointOn,
  faulty,
  flannelArgs,
  flannelArgsBack,
  flannelReady,
  onNode,
  pod,
  sees,
  steps,
  undoOnNode,
} from '../verbs.ts'

export default {
  about: 'the CNI agent of n2 took the address of a docker-like bridge as its own',
  fault: ['ul-cni-wrong-nic'],
  modes: ['iptables', 'nftables'],
  break: steps(
    onNode('n2', 'ip link add docker0 type bridge; ip addr add 172.17.0.1/16 dev docker0; ip link set docker0 up'),
    flannelArgs('n2', '--iface=docker0', '--iface=eth0'),
    flannelReady('n2'),
  ),
  observable: sees(pod('n0'), endpointOn('n2'), 'fails'),
  heal: steps(undoOnNode('n2', 'ip link del docker0'), flannelArgsBack('n2')),
  expect: faulty('ul-cni-wrong-nic', 'n2'),
  healWithin: 90,
} satisfies Scenario
