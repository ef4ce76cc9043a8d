import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpFreeze, kpThaw, onNode, pod, sees, steps, webAddress } from '../verbs.ts'

export default {
  about: 'the ClusterIP is no longer on the IPVS device of n3, whose kube-proxy stands still',
  fault: ['ipvs-virtual-server-missing'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(kpFreeze('n3'), async (stage) =>
    onNode('n3', `ip addr del ${await webAddress(stage)}/32 dev kube-ipvs0`)(stage),
  ),
  observable: sees(pod('n3'), clusterIp(), 'timeout'),
  heal: kpThaw('n3'),
  expect: faulty('ipvs-virtual-server-missing', 'n3'),
  healWithin: 240,
} satisfies Scenario
