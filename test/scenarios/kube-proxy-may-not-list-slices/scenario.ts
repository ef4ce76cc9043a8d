import type { Scenario } from '../../cluster/scenario.ts'
import {
  clusterIp,
  clusterRoleBack,
  clusterRoleWithout,
  faulty,
  kpDelete,
  kpRestart,
  pod,
  rollWeb,
  sees,
  steps,
} from '../verbs.ts'

export default {
  about: 'kube-proxy may no longer list EndpointSlices, so the one started since on n1 has never synced',
  fault: ['kp-not-synced-since-start'],
  modes: ['iptables', 'nftables'],
  break: steps(clusterRoleWithout('system:node-proxier', 'endpointslices'), kpDelete('n1'), rollWeb),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: steps(clusterRoleBack('system:node-proxier', 'discovery.k8s.io', 'endpointslices'), kpRestart('n1')),
  expect: faulty('kp-not-synced-since-start', 'n1'),
  healWithin: 60,
} satisfies Scenario
