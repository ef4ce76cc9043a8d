import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kubectl, pod, restoreBase, sees, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'a label gives the Service to a proxy that does not exist',
  fault: ['svc-service-proxy-name-label'],
  modes: ['iptables', 'nftables'],
  break: kubectl('label service web service.kubernetes.io/service-proxy-name=other'),
  observable: sees(pod('n0'), clusterIp(), 'fails'),
  heal: steps(undoKubectl('label service web service.kubernetes.io/service-proxy-name-'), restoreBase),
  expect: faulty('svc-service-proxy-name-label'),
} satisfies Scenario
