import type { Scenario } from '../../cluster/scenario.ts'
import { api, faulty, host, onNode, pod, sees, steps, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 itself may not open connections to the API server; its pods may',
  fault: ['cp-api-unreachable-from-node'],
  modes: ['iptables', 'nftables'],
  service: 'kubernetes',
  break: onNode('n2', 'iptables -I OUTPUT -d 172.30.0.10 -p tcp --dport 6443 -m conntrack --ctstate NEW -j DROP'),
  observable: steps(sees(host('n2'), api, 'timeout'), sees(pod('n2'), api, 'ok')),
  heal: undoOnNode('n2', 'iptables -D OUTPUT -d 172.30.0.10 -p tcp --dport 6443 -m conntrack --ctstate NEW -j DROP'),
  expect: faulty('cp-api-unreachable-from-node', 'n2'),
} satisfies Scenario
