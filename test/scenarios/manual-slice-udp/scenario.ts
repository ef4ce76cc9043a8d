import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, manualService, pod, removeManual, sees } from '../verbs.ts'

export default {
  about: 'the port of a hand-made slice is UDP where the Service has TCP',
  fault: ['svc-manual-slice-broken'],
  modes: ['iptables', 'nftables'],
  service: 'manual',
  break: manualService({ ports: [{ name: 'http', port: 8080, protocol: 'UDP' }] }),
  observable: sees(pod('n0'), clusterIp('manual'), 'refused'),
  heal: removeManual,
  expect: faulty('svc-manual-slice-broken'),
} satisfies Scenario
