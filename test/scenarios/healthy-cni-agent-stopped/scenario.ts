import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, flannelAway, flannelBack, healthy, pod, sees } from '../verbs.ts'

export default {
  about: 'the CNI agent of n2 is gone, what it had set up works on',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: flannelAway('n2'),
  observable: sees(pod('n0'), endpointOn('n2'), 'ok'),
  heal: flannelBack('n2'),
  expect: healthy,
} satisfies Scenario
