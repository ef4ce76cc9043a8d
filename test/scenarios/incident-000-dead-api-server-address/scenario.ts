import type { Scenario } from '../../cluster/scenario.ts'
import { api, apply, faulty, pod, seesSome, undoKubectl } from '../verbs.ts'

const old = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'kubernetes-old', namespace: 'default', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['172.30.0.99'], conditions: { ready: true } }],
  ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
}

export default {
  about: 'an API server that is gone still stands among the addresses of the Service kubernetes',
  fault: ['cp-stale-apiserver-endpoint'],
  modes: ['iptables', 'nftables'],
  service: 'kubernetes',
  break: apply(old),
  observable: seesSome(pod('n1'), api, 'fails'),
  heal: undoKubectl('delete endpointslice kubernetes-old'),
  expect: faulty('cp-stale-apiserver-endpoint'),
} satisfies Scenario
