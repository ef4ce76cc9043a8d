import type { Scenario } from '../../cluster/scenario.ts'
import { asks, corefile, faulty, NAME, pod, restartCoreDns, steps } from '../verbs.ts'

export default {
  about: 'the Corefile serves another zone than cluster.local',
  fault: ['dns-corefile-broken'],
  modes: ['iptables', 'nftables'],
  break: steps(
    corefile((text) => text.replace('kubernetes cluster.local', 'kubernetes cluster.lokal')),
    restartCoreDns,
  ),
  observable: asks(pod('n1'), NAME, 'NXDOMAIN'),
  heal: steps(
    corefile((text) => text.replace('kubernetes cluster.lokal', 'kubernetes cluster.local')),
    restartCoreDns,
  ),
  expect: faulty('dns-corefile-broken', undefined, { near: 'cluster\\.lokal' }),
} satisfies Scenario
