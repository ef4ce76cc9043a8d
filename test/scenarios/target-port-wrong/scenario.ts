import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, webTargetPort } from '../verbs.ts'

export default {
  about: 'targetPort is a port on which nothing listens; the pods listen on another',
  fault: ['svc-targetport-wrong'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: webTargetPort(9999),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('svc-targetport-wrong', undefined, { near: '8080' }),
} satisfies Scenario
