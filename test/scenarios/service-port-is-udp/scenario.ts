import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, patchOps, pod, restoreBase, sees } from '../verbs.ts'

export default {
  about: 'the Service says UDP, the pods listen on TCP',
  fault: ['svc-protocol-mismatch'],
  modes: ['iptables', 'nftables'],
  break: patchOps('service web', [
    { op: 'replace', path: '/spec/ports/0/targetPort', value: 8080 },
    { op: 'replace', path: '/spec/ports/0/protocol', value: 'UDP' },
  ]),
  observable: sees(pod('n0'), clusterIp(), 'fails'),
  heal: restoreBase,
  expect: faulty('svc-protocol-mismatch', undefined, { near: '[Tt][Cc][Pp]' }),
} satisfies Scenario
