import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, NAME, plugins, pluginsGone, pod } from '../verbs.ts'

export default {
  about: 'a rewrite in the Corefile asks for a name that is gone in place of the one that clients ask for',
  fault: ['dns-corefile-override'],
  modes: ['iptables', 'nftables'],
  break: plugins(`    rewrite name web.default.svc.cluster.local shop.default.svc.cluster.local`),
  observable: asks(pod('n0'), NAME, 'NXDOMAIN'),
  heal: pluginsGone,
  expect: faulty('dns-corefile-override', 'configmap kube-system/coredns', { near: 'rewrite name' }),
} satisfies Scenario
