import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, NAME, patch, pod } from '../verbs.ts'

export default {
  about: 'the selector of kube-dns matches no CoreDNS pod',
  fault: ['dns-service-broken'],
  modes: ['iptables', 'nftables'],
  break: patch('service kube-dns -n kube-system', { spec: { selector: { 'k8s-app': 'coredns' } } }),
  observable: asks(pod('n1'), NAME, 'refused'),
  heal: patch('service kube-dns -n kube-system', { spec: { selector: { 'k8s-app': 'kube-dns' } } }),
  expect: faulty('dns-service-broken', undefined, { near: 'kube-dns' }),
} satisfies Scenario
