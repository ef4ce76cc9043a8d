import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, manualService, pod, removeManual, sees } from '../verbs.ts'

export default {
  about: 'a port named http leads to a server that speaks TLS',
  fault: ['app-tls-vs-http'],
  modes: ['iptables'],
  service: 'manual',
  break: manualService({
    endpoints: [{ addresses: ['172.30.0.10'] }],
    ports: [{ name: 'http', port: 6443, protocol: 'TCP' }],
  }),
  observable: sees(pod('n0'), clusterIp('manual'), 'ok'),
  heal: removeManual,
  expect: faulty('app-tls-vs-http'),
  fix: 'none: the client has to use https',
} satisfies Scenario
