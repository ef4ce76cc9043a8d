import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpFreeze, kpThaw, onNode, pod, seesSome, steps, webAddress } from '../verbs.ts'

export default {
  about: 'the virtual server on n2 leads to a pod of old too, and kube-proxy there stands still',
  fault: ['kp-stopped-rules-remain'],
  modes: ['ipvs'],
  needs: ['ipvs-node'],
  break: steps(kpFreeze('n2'), async (stage) =>
    onNode('n2', `ipvsadm -a -t ${await webAddress(stage)}:80 -r 10.244.99.9:8080 -m`)(stage),
  ),
  observable: seesSome(pod('n2'), clusterIp(), 'timeout'),
  heal: kpThaw('n2'),
  expect: faulty('kp-stopped-rules-remain', 'n2'),
  healWithin: 240,
} satisfies Scenario
