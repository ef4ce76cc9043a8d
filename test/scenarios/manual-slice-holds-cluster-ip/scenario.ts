import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, manualService, pod, removeManual, sees, webAddress } from '../verbs.ts'

export default {
  about: 'a hand-made slice names a ClusterIP as its address',
  fault: ['svc-manual-slice-broken'],
  modes: ['iptables', 'nftables'],
  service: 'manual',
  break: async (stage) =>
    manualService({
      endpoints: [{ addresses: [await webAddress(stage)] }],
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
    })(stage),
  observable: sees(pod('n0'), clusterIp('manual'), 'fails'),
  heal: removeManual,
  expect: faulty('svc-manual-slice-broken'),
  fix: 'none: only the owner knows what the Service is to lead to',
} satisfies Scenario
