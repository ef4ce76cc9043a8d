import type { Scenario } from '../../cluster/scenario.ts'
import { asks, healthy, NAME, plugins, pluginsGone, pod } from '../verbs.ts'

export default {
  about: 'plugins of the Corefile that answer, rename and turn away, none of them for this name or these clients',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: plugins(`    template IN A shop.default.svc.cluster.local {
        rcode NXDOMAIN
    }
    hosts {
        10.99.99.99 shop.default.svc.cluster.local
        fallthrough
    }
    rewrite name exact webshop.default.svc.cluster.local shop.default.svc.cluster.local
    acl {
        block net 198.51.100.0/24
    }`),
  observable: asks(pod('n0'), NAME, 'NOERROR'),
  heal: pluginsGone,
  expect: healthy,
} satisfies Scenario
