import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, kpConfig, kpConfigBack, kpHealthy, nodePort, outside, sees, steps } from '../verbs.ts'

export default {
  about: 'kube-proxy on n1 offers node ports on loopback addresses only',
  fault: ['np-addresses-filter'],
  modes: ['iptables', 'nftables'],
  break: steps(
    kpConfig('n1', (text) => text.replace(/^nodePortAddresses:.*$/m, 'nodePortAddresses: ["127.0.0.0/8"]')),
    kpHealthy('n1'),
  ),
  observable: sees(outside, nodePort('n1'), 'refused'),
  heal: kpConfigBack('n1', (text) => text.replace(/^nodePortAddresses:.*$/m, 'nodePortAddresses: null')),
  expect: faulty('np-addresses-filter', 'n1'),
} satisfies Scenario
