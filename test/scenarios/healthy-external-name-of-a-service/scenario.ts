import type { Scenario } from '../../cluster/scenario.ts'
import { apply, healthy, pod, sees, service, undoKubectl, url } from '../verbs.ts'

export default {
  about: 'an ExternalName Service names another Service in full',
  fault: [],
  modes: ['iptables', 'nftables'],
  service: 'shop',
  break: apply(service('shop', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' })),
  observable: sees(pod('n1'), url('http://shop.default.svc.cluster.local/'), 'ok'),
  heal: undoKubectl('delete service shop'),
  expect: healthy,
} satisfies Scenario
