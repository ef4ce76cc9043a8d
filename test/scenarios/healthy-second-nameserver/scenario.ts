import type { Scenario } from '../../cluster/scenario.ts'
import { apply, backend, barePod, healthy, runs, sees, server, steps, undoKubectl, url } from '../verbs.ts'

export default {
  about: 'a client pod has a second nameserver, and the first one answers',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(barePod('shopper', 'shopper', server, { nodeName: 'n1', dnsConfig: { nameservers: ['172.30.0.1'] } })),
    runs('shopper', 1),
  ),
  observable: sees(backend('n1', 'shopper'), url('http://web.default.svc.cluster.local/'), 'ok'),
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  heal: undoKubectl('delete pod shopper --now'),
  expect: healthy,
} satisfies Scenario
