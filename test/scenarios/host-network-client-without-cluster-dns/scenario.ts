import type { Scenario } from '../../cluster/scenario.ts'
import { apply, asks, barePod, faulty, host, NAME, runs, server, steps, undoKubectl } from '../verbs.ts'

export default {
  about:
    'the client pod uses the network of its node and the policy ClusterFirst, which then means the resolver of the node',
  fault: ['dns-hostnetwork-policy'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    apply(
      barePod('shopper', 'shopper', { ...server, args: ['pause'], ports: [] }, { hostNetwork: true, nodeName: 'n1' }),
    ),
    runs('shopper', 1),
  ),
  observable: asks(host('n1'), NAME, 'NXDOMAIN'),
  heal: undoKubectl('delete pod shopper --now'),
  expect: faulty('dns-hostnetwork-policy'),
  fix: 'none: the dnsPolicy of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
