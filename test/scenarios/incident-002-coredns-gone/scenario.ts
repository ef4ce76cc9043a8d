import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, kubectl, NAME, pod, steps } from '../verbs.ts'

export default {
  about: 'CoreDNS is scaled to zero',
  fault: ['dns-coredns-no-endpoints'],
  modes: ['iptables', 'nftables'],
  break: kubectl('-n kube-system scale deploy coredns --replicas=0'),
  observable: asks(pod('n1'), NAME, 'refused'),
  heal: steps(
    kubectl('-n kube-system scale deploy coredns --replicas=2'),
    kubectl('-n kube-system rollout status deploy coredns --timeout=60s'),
  ),
  expect: faulty('dns-coredns-no-endpoints'),
} satisfies Scenario
