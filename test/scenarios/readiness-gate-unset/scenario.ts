import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, server, webPods } from '../verbs.ts'

export default {
  about: 'the pods wait for a readiness gate that nobody sets',
  fault: ['ep-readiness-gate'],
  modes: ['iptables', 'nftables'],
  break: webPods(server, { readinessGates: [{ conditionType: 'example.com/in-rotation' }] }),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('ep-readiness-gate'),
  fix: 'none: the controller that owns the gate has to set it',
} satisfies Scenario
