import type { Scenario } from '../../cluster/scenario.ts'
import { backend, endpointOn, faulty, host, inPodNetwork, rollWeb, sees } from '../verbs.ts'

export default {
  about: 'the interface of one web pod is down, within the pod',
  fault: ['ul-pod-no-default-route'],
  modes: ['iptables', 'nftables'],
  break: (stage) => inPodNetwork(stage, backend('n2'), 'ip link set eth0 down'),
  observable: sees(host('n2'), endpointOn('n2'), 'fails'),
  heal: rollWeb,
  expect: faulty('ul-pod-no-default-route'),
} satisfies Scenario
