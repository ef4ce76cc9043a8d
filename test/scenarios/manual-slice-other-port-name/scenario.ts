import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, manualService, pod, removeManual, sees } from '../verbs.ts'

export default {
  about: 'the port of a hand-made slice has another name than the port of the Service',
  fault: ['svc-manual-slice-broken'],
  modes: ['iptables', 'nftables'],
  service: 'manual',
  break: manualService({ ports: [{ name: 'web', port: 8080, protocol: 'TCP' }] }),
  observable: sees(pod('n0'), clusterIp('manual'), 'refused'),
  heal: removeManual,
  expect: faulty('svc-manual-slice-broken', undefined, { near: 'http' }),
} satisfies Scenario
