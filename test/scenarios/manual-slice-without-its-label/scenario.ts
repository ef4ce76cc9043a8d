import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, manualService, pod, removeManual, sees } from '../verbs.ts'

export default {
  about: 'a hand-made slice does not say which Service it belongs to',
  fault: ['svc-manual-slice-broken'],
  modes: ['iptables', 'nftables'],
  service: 'manual',
  break: manualService({}, { 'kubernetes.io/service-name': 'manuel' }),
  observable: sees(pod('n0'), clusterIp('manual'), 'refused'),
  heal: removeManual,
  expect: faulty('svc-manual-slice-broken', undefined, { near: 'manuel|manual-1' }),
} satisfies Scenario
