import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, kubeletConfig, newClient, pod, steps } from '../verbs.ts'

export default {
  about: 'the kubelet of n1 gives new pods another cluster domain than CoreDNS serves',
  fault: ['dns-cluster-domain-mismatch'],
  modes: ['iptables', 'nftables'],
  break: kubeletConfig('n1', 's/^clusterDomain: .*/clusterDomain: foo.local/'),
  observable: steps(newClient('n1'), asks(pod('n1'), 'web', 'NXDOMAIN', 60, '+search')),
  heal: steps(kubeletConfig('n1', 's/^clusterDomain: .*/clusterDomain: cluster.local/'), newClient('n1')),
  expect: faulty('dns-cluster-domain-mismatch', 'n1', { near: 'cluster\\.local' }),
} satisfies Scenario
