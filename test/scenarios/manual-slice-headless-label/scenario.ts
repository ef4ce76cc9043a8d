import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, manualService, pod, removeManual, sees } from '../verbs.ts'

export default {
  about: 'a hand-made slice carries the label of headless Services, so kube-proxy leaves it alone',
  fault: ['svc-manual-slice-broken'],
  modes: ['iptables', 'nftables'],
  service: 'manual',
  break: manualService({}, { 'service.kubernetes.io/headless': '' }),
  observable: sees(pod('n0'), clusterIp('manual'), 'refused'),
  heal: removeManual,
  expect: faulty('svc-manual-slice-broken'),
} satisfies Scenario
