import type { Scenario } from '../../cluster/scenario.ts'
import { asks, clusterIp, healthy, NAME, netpol, nodePort, pod, sees, seesSome, steps, undoKubectl } from '../verbs.ts'

const dns = [
  { port: 53, protocol: 'UDP' },
  { port: 53, protocol: 'TCP' },
]

export default {
  about: 'a NetworkPolicy lets pods reach web and DNS alone, so that they reach no node port of another node',
  fault: [],
  modes: ['iptables', 'nftables'],
  needs: ['netpol'],
  break: netpol('web-only', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      { to: [{ podSelector: { matchLabels: { app: 'web' } } }], ports: [{ port: 8080, protocol: 'TCP' }] },
      { ports: dns },
    ],
  }),
  observable: steps(
    asks(pod('n1'), NAME, 'NOERROR'),
    sees(pod('n1'), clusterIp(), 'ok'),
    seesSome(pod('n1'), nodePort('n2'), 'timeout'),
  ),
  heal: undoKubectl('delete networkpolicy web-only'),
  expect: healthy,
} satisfies Scenario
