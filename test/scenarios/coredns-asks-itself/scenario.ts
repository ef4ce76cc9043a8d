import type { Scenario } from '../../cluster/scenario.ts'
import { asks, deleteCoreDns, faulty, NAME, nodeResolvers, pod, restartCoreDns, steps } from '../verbs.ts'

export default {
  about: 'the resolver of the nodes is 127.0.0.1, so CoreDNS finds itself asking itself and gives up',
  fault: ['dns-coredns-loop'],
  modes: ['iptables', 'nftables'],
  break: steps(nodeResolvers('127.0.0.1'), deleteCoreDns),
  observable: asks(pod('n1'), NAME, 'refused'),
  heal: steps(nodeResolvers('172.30.0.1'), restartCoreDns),
  expect: faulty('dns-coredns-loop'),
  fix: 'none: the resolver of the nodes is set outside the cluster',
  healWithin: 60,
} satisfies Scenario
