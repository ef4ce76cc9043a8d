import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, netpol, pod, sees, undoKubectl } from '../verbs.ts'

export default {
  about: 'a NetworkPolicy is enforced and admits everybody',
  fault: [],
  modes: ['iptables', 'nftables'],
  needs: ['netpol'],
  break: netpol('admit-all', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'], ingress: [{}] }),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: undoKubectl('delete networkpolicy admit-all'),
  expect: healthy,
} satisfies Scenario
