import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, NAME, plugins, pluginsGone, pod } from '../verbs.ts'

export default {
  about: 'an acl in the Corefile refuses whoever asks from the pods of the workers',
  fault: ['dns-corefile-override'],
  modes: ['iptables', 'nftables'],
  break: plugins(`    acl {
        block net 10.244.1.0/24 10.244.2.0/24
    }`),
  observable: asks(pod('n2'), NAME, 'REFUSED'),
  heal: pluginsGone,
  expect: faulty('dns-corefile-override', 'configmap kube-system/coredns', { near: 'block net' }),
} satisfies Scenario
