import type { Scenario } from '../../cluster/scenario.ts'
import { apply, backend, barePod, clusterIp, faulty, netpol, runs, sees, server, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'a NetworkPolicy admits clients by a label that no pod has; one is spelt almost so',
  fault: ['netpol-ingress-denied'],
  modes: ['iptables', 'nftables'],
  needs: ['netpol'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    apply(barePod('shopper', 'shopper', server, { nodeName: 'n1' })),
    runs('shopper', 1),
    netpol('admit-shoper', {
      podSelector: { matchLabels: { app: 'web' } },
      policyTypes: ['Ingress'],
      ingress: [{ from: [{ podSelector: { matchLabels: { app: 'shoper' } } }] }],
    }),
  ),
  observable: sees(backend('n1', 'shopper'), clusterIp(), 'timeout'),
  heal: steps(undoKubectl('delete networkpolicy admit-shoper'), undoKubectl('delete pod shopper --now')),
  expect: faulty('netpol-ingress-denied', undefined, { near: 'shop+er' }),
} satisfies Scenario
