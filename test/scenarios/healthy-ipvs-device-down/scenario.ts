import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, nothing, pod, sees } from '../verbs.ts'

export default {
  about: 'the IPVS device of n2 is DOWN and does no ARP, as it always is',
  fault: [],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  flags: ['--node-probes=always', '--from-node', 'n2'],
  break: nothing,
  observable: sees(pod('n2'), clusterIp(), 'ok'),
  heal: nothing,
  expect: healthy,
} satisfies Scenario
