import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, patchOps, pod, restoreBase, sees } from '../verbs.ts'

export default {
  about: 'the client port of the Service and the port of its pods have been swapped',
  fault: ['svc-targetport-wrong'],
  modes: ['iptables'],
  break: patchOps('service web', [
    { op: 'replace', path: '/spec/ports/0/port', value: 8080 },
    { op: 'replace', path: '/spec/ports/0/targetPort', value: 80 },
  ]),
  observable: sees(pod('n0'), clusterIp('web', 8080), 'refused'),
  heal: restoreBase,
  expect: faulty('svc-targetport-wrong', undefined, { near: '8080' }),
} satisfies Scenario
