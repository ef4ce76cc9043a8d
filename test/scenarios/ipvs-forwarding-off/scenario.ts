import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n3 does not forward packets',
  fault: ['ul-ip-forward-off'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: onNode('n3', 'sysctl -w net.ipv4.ip_forward=0'),
  observable: sees(pod('n3'), endpointOn('n1'), 'timeout'),
  heal: undoOnNode('n3', 'sysctl -w net.ipv4.ip_forward=1'),
  expect: faulty('ul-ip-forward-off', 'n3'),
  healWithin: 60,
} satisfies Scenario
