import type { Scenario } from '../../cluster/scenario.ts'
import { apply, clusterIp, healthy, pod, sees, undoKubectl } from '../verbs.ts'

export default {
  about: 'a NetworkPolicy denies everything in a cluster in which nobody enforces it',
  fault: [],
  modes: ['iptables', 'nftables'],
  without: ['netpol'],
  break: apply({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'deny-web', namespace: 'default' },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  }),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: undoKubectl('delete networkpolicy deny-web'),
  expect: healthy,
} satisfies Scenario
