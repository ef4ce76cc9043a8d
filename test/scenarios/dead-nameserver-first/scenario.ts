import type { Scenario } from '../../cluster/scenario.ts'
import { apply, asks, backend, barePod, faulty, NAME, runs, server, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'the client asks a resolver that is silent before it asks CoreDNS',
  fault: ['dns-extra-fallback-nameserver'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    apply(
      barePod('shopper', 'shopper', server, {
        nodeName: 'n1',
        dnsPolicy: 'None',
        dnsConfig: {
          nameservers: ['192.0.2.53', '10.96.0.10'],
          searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'],
          options: [{ name: 'ndots', value: '5' }],
        },
      }),
    ),
    runs('shopper', 1),
  ),
  observable: asks(backend('n1', 'shopper'), NAME, 'silence', 30, '@192.0.2.53'),
  heal: undoKubectl('delete pod shopper --now'),
  expect: faulty('dns-extra-fallback-nameserver'),
  fix: 'none: the nameservers of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
