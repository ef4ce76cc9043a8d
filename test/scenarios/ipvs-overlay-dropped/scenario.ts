import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 drops the overlay port in INPUT',
  fault: ['ul-overlay-udp-blocked'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: onNode('n2', 'iptables -I INPUT -p udp --dport 8472 -j DROP'),
  observable: sees(pod('n2'), endpointOn('n1'), 'timeout'),
  heal: undoOnNode('n2', 'iptables -D INPUT -p udp --dport 8472 -j DROP'),
  expect: faulty('ul-overlay-udp-blocked', 'n2'),
  healWithin: 60,
} satisfies Scenario
