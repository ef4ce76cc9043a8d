import type { Scenario } from '../../cluster/scenario.ts'
import { apply, barePod, healthy, nothing, runs, server, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'the client has ndots:1; its resolver goes on to the search list all the same',
  fault: [],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    apply(
      barePod('shopper', 'shopper', server, {
        nodeName: 'n1',
        dnsConfig: { options: [{ name: 'ndots', value: '1' }] },
      }),
    ),
    runs('shopper', 1),
  ),
  observable: nothing,
  heal: undoKubectl('delete pod shopper --now'),
  expect: healthy,
} satisfies Scenario
