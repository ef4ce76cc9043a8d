import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n3 drops the overlay port in INPUT',
  fault: ['ul-overlay-udp-blocked'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: onNode('n3', 'iptables -I INPUT -p udp --dport 8472 -j DROP'),
  observable: sees(pod('n3'), endpointOn('n1'), 'timeout'),
  heal: undoOnNode('n3', 'iptables -D INPUT -p udp --dport 8472 -j DROP'),
  expect: faulty('ul-overlay-udp-blocked', 'n3'),
  healWithin: 60,
} satisfies Scenario
