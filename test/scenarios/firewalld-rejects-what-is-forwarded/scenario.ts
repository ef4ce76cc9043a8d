import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, firewalld, firewalldOff, OPEN, pod, seesSome } from '../verbs.ts'

export default {
  about: 'firewalld on n2 has the overlay port open and rejects what it forwards for pods',
  fault: ['ul-firewalld-forward-reject'],
  modes: ['iptables', 'nftables'],
  break: firewalld('n2', [...OPEN, '--add-port=8472/udp']),
  observable: seesSome(pod('n0'), endpointOn('n2'), 'fails'),
  heal: firewalldOff('n2'),
  expect: faulty('ul-firewalld-forward-reject', 'n2'),
  fix: 'none: firewall-cmd of the test cluster lives in a root of its own',
  healWithin: 90,
} satisfies Scenario
