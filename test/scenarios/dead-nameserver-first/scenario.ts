import type { Scenario } from '../../cluster/scenario.ts'
import { asks, backend, faulty, NAME, server, shopper, shopperGone } from '../verbs.ts'

export default {
  about: 'the client asks a resolver that is silent before it asks CoreDNS',
  fault: ['dns-extra-fallback-nameserver'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: shopper(server, {
    dnsPolicy: 'None',
    dnsConfig: {
      nameservers: ['192.0.2.53', '10.96.0.10'],
      searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
      options: [{ name: 'ndots', value: '5' }],
    },
  }),
  observable: asks(backend('n1', 'shopper'), NAME, 'silence', 30, '@192.0.2.53'),
  heal: shopperGone,
  expect: faulty('dns-extra-fallback-nameserver'),
  fix: 'none: the nameservers of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
