import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpFreeze, kpThaw, onNode, pod, sees, steps, webAddress } from '../verbs.ts'

export default {
  about: 'the virtual server of the Service is gone on n2, whose kube-proxy stands still',
  fault: ['ipvs-virtual-server-missing'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(kpFreeze('n2'), async (stage) => onNode('n2', `ipvsadm -D -t ${await webAddress(stage)}:80`)(stage)),
  observable: sees(pod('n2'), clusterIp(), 'refused'),
  heal: kpThaw('n2'),
  expect: faulty('ipvs-virtual-server-missing', 'n2'),
  healWithin: 240,
} satisfies Scenario
