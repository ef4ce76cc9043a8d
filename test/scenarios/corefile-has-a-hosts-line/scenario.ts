import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, plugins, pluginsGone, pod, sees, url } from '../verbs.ts'

export default {
  about: "a hosts line in the Corefile gives the Service's name an address of old",
  fault: ['dns-corefile-override'],
  modes: ['iptables', 'nftables'],
  break: plugins(`    hosts {
        10.99.99.99 web.default.svc.cluster.local
        fallthrough
    }`),
  observable: sees(pod('n0'), url('http://web.default.svc.cluster.local/'), 'fails'),
  heal: pluginsGone,
  expect: faulty('dns-corefile-override', 'configmap kube-system/coredns', { near: '10[.]99[.]99[.]99' }),
} satisfies Scenario
