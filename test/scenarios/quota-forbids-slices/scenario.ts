import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  clusterIp,
  faulty,
  kubectl,
  kubectlShows,
  pod,
  restoreBase,
  sees,
  service,
  steps,
  undoKubectl,
  wait,
  webSpec,
} from '../verbs.ts'

export default {
  about: 'a quota allows no EndpointSlice more, so a Service that was made anew has none',
  fault: ['cp-webhook-or-quota-blocks-service'],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'frugal', namespace: 'default' },
      spec: { hard: { 'count/endpointslices.discovery.k8s.io': '0' } },
    }),
    kubectlShows(/endpointslices/, 'get resourcequota frugal -o', 30, 'jsonpath={.status.used}'),
    kubectl('delete service web'),
    wait(2),
    apply(service('web', webSpec)),
    // the tool looks at pods that have been ready for a while
    wait(15),
  ),
  observable: sees(pod('n0'), clusterIp(), 'fails'),
  heal: steps(undoKubectl('delete resourcequota frugal'), undoKubectl('delete service web'), restoreBase),
  expect: faulty('cp-endpointslice-controller-stuck'),
  healWithin: 90,
} satisfies Scenario
