import type { Scenario } from '../../cluster/scenario.ts'
import { endpointOn, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

export default {
  about: 'n2 does not forward packets',
  fault: ['ul-ip-forward-off'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: onNode('n2', 'sysctl -w net.ipv4.ip_forward=0'),
  observable: sees(pod('n2'), endpointOn('n1'), 'timeout'),
  heal: undoOnNode('n2', 'sysctl -w net.ipv4.ip_forward=1'),
  expect: faulty('ul-ip-forward-off', 'n2'),
  healWithin: 60,
} satisfies Scenario
