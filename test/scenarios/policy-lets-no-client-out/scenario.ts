import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, host, netpol, pod, sees, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'a NetworkPolicy lets no pod of the namespace send anything',
  fault: ['netpol-egress-denied'],
  modes: ['iptables', 'nftables'],
  needs: ['netpol'],
  break: netpol('deny-out', { podSelector: {}, policyTypes: ['Egress'] }),
  observable: steps(sees(pod('n0'), clusterIp(), 'timeout'), sees(host('n0'), clusterIp(), 'ok')),
  heal: undoKubectl('delete networkpolicy deny-out'),
  expect: faulty('netpol-egress-denied'),
} satisfies Scenario
