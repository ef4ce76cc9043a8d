import type { Scenario } from '../../cluster/scenario.ts'
import { apply, clusterIp, healthy, pod, sees, service, undoKubectl } from '../verbs.ts'

export default {
  about: 'another Service in the namespace has no endpoints',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: apply(service('other', { selector: { app: 'nobody' }, ports: [{ port: 80 }] })),
  observable: sees(pod('n0'), clusterIp('other'), 'refused'),
  heal: undoKubectl('delete service other'),
  expect: healthy,
} satisfies Scenario
