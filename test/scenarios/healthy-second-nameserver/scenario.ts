import type { Scenario } from '../../cluster/scenario.ts'
import { backend, healthy, sees, server, shopper, shopperGone, url } from '../verbs.ts'

export default {
  about: 'a client pod has a second nameserver, and the first one answers',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: shopper(server, { dnsConfig: { nameservers: ['172.30.0.1'] } }),
  observable: sees(backend('n1', 'shopper'), url('http://web.default.svc.cluster.local/'), 'ok'),
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  heal: shopperGone,
  expect: healthy,
} satisfies Scenario
