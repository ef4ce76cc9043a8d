import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, NAME, patchOps, pod } from '../verbs.ts'

const leadsTo = (value: number | string) =>
  patchOps('service kube-dns -n kube-system', [{ op: 'replace', path: '/spec/ports/0/targetPort', value }])

export default {
  about: 'Service kube-dns leads its UDP port to a port of the CoreDNS pods where nobody listens',
  fault: ['dns-service-broken'],
  modes: ['iptables', 'nftables'],
  break: leadsTo(5353),
  observable: asks(pod('n0'), NAME, 'refused'),
  heal: leadsTo(53),
  expect: faulty('dns-service-broken', 'service kube-system/kube-dns'),
} satisfies Scenario
