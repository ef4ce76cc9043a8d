import type { Scenario } from '../../cluster/scenario.ts'
import {
  asks,
  clusterRoleBack,
  clusterRoleWithout,
  deleteCoreDns,
  faulty,
  NAME,
  pod,
  restartCoreDns,
  steps,
} from '../verbs.ts'

export default {
  about: 'CoreDNS may no longer list EndpointSlices and has been restarted since',
  fault: ['dns-coredns-api-unsynced'],
  modes: ['iptables', 'nftables'],
  break: steps(clusterRoleWithout('system:coredns', 'endpointslices'), deleteCoreDns),
  observable: asks(pod('n1'), NAME, 'refused'),
  heal: steps(clusterRoleBack('system:coredns', 'discovery.k8s.io', 'endpointslices'), restartCoreDns),
  expect: faulty('dns-coredns-api-unsynced'),
} satisfies Scenario
