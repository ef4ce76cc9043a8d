import type { Scenario } from '../../cluster/scenario.ts'
import { apply, asks, faulty, pod, service, undoKubectl } from '../verbs.ts'

export default {
  about: 'the externalName is an IP address, which is no name',
  fault: ['extname-target-bad'],
  modes: ['iptables'],
  service: 'shop',
  break: apply(service('shop', { type: 'ExternalName', externalName: '172.30.0.100' })),
  observable: asks(pod('n1'), 'shop.default.svc.cluster.local.', 'NXDOMAIN'),
  heal: undoKubectl('delete service shop'),
  expect: faulty('extname-target-bad'),
  fix: 'none: a Service without selector and a slice have to take its place',
} satisfies Scenario
