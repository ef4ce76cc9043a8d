import type { Scenario } from '../../cluster/scenario.ts'
import { backend, faulty, sees, server, shopper, shopperGone, url } from '../verbs.ts'

export default {
  about: 'hostAliases of the client pod send the name of the Service to an address of old',
  fault: ['dns-hosts-override'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: shopper(server, {
    hostAliases: [{ ip: '10.99.99.99', hostnames: ['web', 'web.default', 'web.default.svc.cluster.local'] }],
  }),
  observable: sees(backend('n1', 'shopper'), url('http://web.default.svc.cluster.local/'), 'fails'),
  heal: shopperGone,
  expect: faulty('dns-hosts-override'),
  fix: 'none: hostAliases of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
