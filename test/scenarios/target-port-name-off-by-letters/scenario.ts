import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, webTargetPort } from '../verbs.ts'

export default {
  about: 'targetPort is a name that no container port has; one is spelt almost so',
  fault: ['svc-targetport-named-missing'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: webTargetPort('htpp'),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('svc-targetport-named-missing', undefined, { near: 'http' }),
} satisfies Scenario
