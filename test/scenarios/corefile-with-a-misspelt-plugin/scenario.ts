import type { Scenario } from '../../cluster/scenario.ts'
import { asks, corefile, deleteCoreDns, faulty, NAME, pod, restartCoreDns, steps } from '../verbs.ts'

export default {
  about: 'a plugin is misspelt in the Corefile, and CoreDNS has been restarted since',
  fault: ['dns-corefile-broken'],
  modes: ['iptables', 'nftables'],
  break: steps(
    corefile((text) => text.replace('kubernetes cluster.local', 'kubernetez cluster.local')),
    deleteCoreDns,
  ),
  observable: asks(pod('n1'), NAME, 'refused'),
  heal: steps(
    corefile((text) => text.replace('kubernetez cluster.local', 'kubernetes cluster.local')),
    restartCoreDns,
  ),
  expect: faulty('dns-corefile-broken', undefined, { near: 'kubernetez' }),
  healWithin: 60,
} satisfies Scenario
