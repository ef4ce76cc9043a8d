import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, flannelRestart, newPodsOn, onNode, pod, reregister, sees, steps } from '../verbs.ts'

export default {
  about: 'n2 got another pod range and its bridge still has the address of the old one',
  fault: ['ul-cni0-addr-mismatch'],
  modes: ['iptables', 'nftables'],
  break: steps(reregister('n2', '10.244.9.0/24'), flannelRestart('n2')),
  observable: steps(sees(pod('n2'), clusterIp(), 'fails')),
  heal: steps(onNode('n2', 'ip link del cni0'), newPodsOn('n2')),
  expect: faulty('ul-cni0-addr-mismatch', 'n2'),
  healWithin: 90,
} satisfies Scenario
