import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, NAME, plugins, pluginsGone, pod } from '../verbs.ts'

export default {
  about: "a template in the Corefile answers for the Service's name: no such name",
  fault: ['dns-corefile-override'],
  modes: ['iptables', 'nftables'],
  break: plugins(`    template IN A web.default.svc.cluster.local {
        rcode NXDOMAIN
    }`),
  observable: asks(pod('n0'), NAME, 'NXDOMAIN'),
  heal: pluginsGone,
  expect: faulty('dns-corefile-override', 'configmap kube-system/coredns', { near: 'template IN A' }),
} satisfies Scenario
