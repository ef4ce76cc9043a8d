import type { Scenario } from '../../cluster/scenario.ts'
import { healthy, nothing, server, shopper, shopperGone } from '../verbs.ts'

export default {
  about: 'the client has ndots:1; its resolver goes on to the search list all the same',
  fault: [],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: shopper(server, { dnsConfig: { options: [{ name: 'ndots', value: '1' }] } }),
  observable: nothing,
  heal: shopperGone,
  expect: healthy,
} satisfies Scenario
