import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, pod, restoreBase, sees, serviceMadeAnew, shopper, shopperGone, steps } from '../verbs.ts'

export default {
  about:
    'the client was started before the Service was made anew, and asks DNS: the address that it was once given harms nobody',
  fault: [],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(shopper(), serviceMadeAnew),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: steps(shopperGone, restoreBase),
  expect: healthy,
} satisfies Scenario
