import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, firewalld, firewalldOff, healthy, OPEN, pod, sees, TRUSTED } from '../verbs.ts'

export default {
  about: 'firewalld on n2 lets everything through that the cluster needs',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: firewalld('n2', [...OPEN, '--add-port=8472/udp', ...TRUSTED]),
  observable: sees(pod('n0'), endpointOn('n2'), 'ok'),
  heal: firewalldOff('n2'),
  expect: healthy,
  healWithin: 90,
} satisfies Scenario
