import type { Scenario } from '../../cluster/scenario.ts'
import { asks, backend, faulty, NAME, server, shopper, shopperGone } from '../verbs.ts'

export default {
  about: 'the client pod has dnsPolicy Default, so it asks the resolver of its node',
  fault: ['dns-policy-default'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: shopper(server, { dnsPolicy: 'Default' }),
  observable: asks(backend('n1', 'shopper'), NAME, 'NXDOMAIN'),
  heal: shopperGone,
  expect: faulty('dns-policy-default'),
  fix: 'none: the dnsPolicy of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
