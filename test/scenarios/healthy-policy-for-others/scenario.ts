import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, netpol, pod, sees, undoKubectl } from '../verbs.ts'

export default {
  about: 'a NetworkPolicy denies everything to pods of another label',
  fault: [],
  modes: ['iptables', 'nftables'],
  needs: ['netpol'],
  break: netpol('deny-db', { podSelector: { matchLabels: { app: 'db' } }, policyTypes: ['Ingress', 'Egress'] }),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: undoKubectl('delete networkpolicy deny-db'),
  expect: healthy,
} satisfies Scenario
