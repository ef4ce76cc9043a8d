import type { Scenario } from '../../cluster/scenario.ts'
import { asks, corefile, healthy, NAME, pod } from '../verbs.ts'

export default {
  about: 'a typo in the Corefile that the running CoreDNS has refused to load',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: corefile((text) => text.replace('kubernetes cluster.local', 'kubernetez cluster.local')),
  observable: asks(pod('n1'), NAME, 'NOERROR'),
  heal: corefile((text) => text.replace('kubernetez cluster.local', 'kubernetes cluster.local')),
  expect: healthy,
} satisfies Scenario
