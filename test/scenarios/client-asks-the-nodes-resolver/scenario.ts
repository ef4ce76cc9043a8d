import type { Scenario } from '../../cluster/scenario.ts'
import { apply, asks, backend, barePod, faulty, NAME, runs, server, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'the client pod has dnsPolicy Default, so it asks the resolver of its node',
  fault: ['dns-policy-default'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    apply(barePod('shopper', 'shopper', server, { dnsPolicy: 'Default', nodeName: 'n1' })),
    runs('shopper', 1),
  ),
  observable: asks(backend('n1', 'shopper'), NAME, 'NXDOMAIN'),
  heal: undoKubectl('delete pod shopper --now'),
  expect: faulty('dns-policy-default'),
  fix: 'none: the dnsPolicy of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
