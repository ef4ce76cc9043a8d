import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpFreeze, kpThaw, onNode, pod, sees, steps, webAddress } from '../verbs.ts'

export default {
  about: 'the virtual server of the Service is gone on n3, whose kube-proxy stands still',
  fault: ['ipvs-virtual-server-missing'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(kpFreeze('n3'), async (stage) => onNode('n3', `ipvsadm -D -t ${await webAddress(stage)}:80`)(stage)),
  observable: sees(pod('n3'), clusterIp(), 'refused'),
  heal: kpThaw('n3'),
  expect: faulty('ipvs-virtual-server-missing', 'n3'),
  healWithin: 240,
} satisfies Scenario
