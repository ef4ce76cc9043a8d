import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpFreeze, kpThaw, onNode, pod, sees, steps, webAddress } from '../verbs.ts'

export default {
  about: 'the ClusterIP is no longer on the IPVS device of n2, whose kube-proxy stands still',
  fault: ['ipvs-virtual-server-missing'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(kpFreeze('n2'), async (stage) =>
    onNode('n2', `ip addr del ${await webAddress(stage)}/32 dev kube-ipvs0`)(stage),
  ),
  observable: sees(pod('n2'), clusterIp(), 'timeout'),
  heal: kpThaw('n2'),
  expect: faulty('ipvs-virtual-server-missing', 'n2'),
  healWithin: 240,
} satisfies Scenario
