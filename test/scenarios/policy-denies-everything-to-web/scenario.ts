import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, netpol, pod, sees, undoKubectl } from '../verbs.ts'

export default {
  about: 'a NetworkPolicy lets nobody in to the pods of web',
  fault: ['netpol-ingress-denied'],
  modes: ['iptables', 'nftables'],
  needs: ['netpol'],
  break: netpol('deny-web', { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] }),
  observable: sees(pod('n0'), clusterIp(), 'timeout'),
  heal: undoKubectl('delete networkpolicy deny-web'),
  expect: faulty('netpol-ingress-denied'),
} satisfies Scenario
