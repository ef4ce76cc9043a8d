import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  backend,
  barePod,
  clusterIp,
  faulty,
  inPodNetwork,
  runs,
  sees,
  server,
  steps,
  undoKubectl,
} from '../verbs.ts'

export default {
  about: 'the client pod has lost its default route',
  fault: ['ul-pod-no-default-route'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    apply(barePod('shopper', 'shopper', server, { nodeName: 'n1' })),
    runs('shopper', 1),
    async (stage) => void (await inPodNetwork(stage, backend('n1', 'shopper'), 'ip route del default')),
  ),
  observable: sees(backend('n1', 'shopper'), clusterIp(), 'fails'),
  heal: undoKubectl('delete pod shopper --now'),
  expect: faulty('ul-pod-no-default-route'),
} satisfies Scenario
