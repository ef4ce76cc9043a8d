import type { Scenario } from '../../cluster/scenario.ts'
import { asks, clusterIp, faulty, NAME, netpol, pod, sees, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'a NetworkPolicy lets pods reach web and forgets that they have to ask for its name',
  fault: ['netpol-dns-egress-blocked'],
  modes: ['iptables', 'nftables'],
  needs: ['netpol'],
  break: netpol('web-only', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [{ to: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 8080, protocol: 'TCP' }] }],
  }),
  observable: steps(asks(pod('n1'), NAME, 'silence'), sees(pod('n1'), clusterIp(), 'ok')),
  heal: undoKubectl('delete networkpolicy web-only'),
  expect: faulty('netpol-dns-egress-blocked'),
} satisfies Scenario
