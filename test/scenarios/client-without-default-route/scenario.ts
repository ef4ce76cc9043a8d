import type { Scenario } from '../../cluster/scenario.ts'
import { backend, clusterIp, faulty, inPodNetwork, sees, shopper, shopperGone, steps } from '../verbs.ts'

export default {
  about: 'the client pod has lost its default route',
  fault: ['ul-pod-no-default-route'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    shopper(),
    async (stage) => void (await inPodNetwork(stage, backend('n1', 'shopper'), 'ip route del default')),
  ),
  observable: sees(backend('n1', 'shopper'), clusterIp(), 'fails'),
  heal: shopperGone,
  expect: faulty('ul-pod-no-default-route'),
} satisfies Scenario
