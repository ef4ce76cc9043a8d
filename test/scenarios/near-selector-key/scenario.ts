import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, patchOps, pod, restoreBase, sees } from '../verbs.ts'

export default {
  about: 'the key of the selector is written in capitals, the label is not',
  fault: ['svc-selector-mismatch'],
  modes: ['iptables'],
  break: patchOps('service web', [{ op: 'replace', path: '/spec/selector', value: { App: 'web' } }]),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('svc-selector-mismatch', undefined, { near: 'app=web|app: web' }),
} satisfies Scenario
