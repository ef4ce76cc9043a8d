import type { Scenario } from '../../cluster/scenario.ts'
import { apply, asks, healthy, pod, service, undoKubectl } from '../verbs.ts'

export default {
  about: 'an ExternalName Service names a host that exists',
  fault: [],
  modes: ['iptables', 'nftables'],
  service: 'shop',
  break: apply(service('shop', { type: 'ExternalName', externalName: 'www.example.com' })),
  observable: asks(pod('n1'), 'shop.default.svc.cluster.local.', 'NOERROR'),
  heal: undoKubectl('delete service shop'),
  expect: healthy,
} satisfies Scenario
