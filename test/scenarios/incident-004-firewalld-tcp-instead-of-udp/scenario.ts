import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, firewalld, firewalldOff, OPEN, pod, sees, TRUSTED } from '../verbs.ts'

export default {
  about: 'firewalld on n2 opens the overlay port as TCP where it is UDP',
  fault: ['ul-overlay-tcp-instead-of-udp'],
  modes: ['iptables', 'nftables'],
  break: firewalld('n2', [...OPEN, ...TRUSTED, '--add-port=8472/tcp']),
  observable: sees(pod('n0'), endpointOn('n2'), 'timeout'),
  heal: firewalldOff('n2'),
  expect: faulty('ul-overlay-tcp-instead-of-udp', 'n2', { near: 'tcp' }),
  fix: 'none: firewall-cmd of the test cluster lives in a root of its own',
  healWithin: 90,
} satisfies Scenario
