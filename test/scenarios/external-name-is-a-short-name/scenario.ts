import type { Scenario } from '../../cluster/scenario.ts'
import { apply, faulty, pod, sees, service, undoKubectl, url } from '../verbs.ts'

export default {
  about: 'the externalName is the short name of another Service, which DNS takes for a name below the root',
  fault: ['extname-target-bad'],
  modes: ['iptables'],
  service: 'shop',
  break: apply(service('shop', { type: 'ExternalName', externalName: 'web' })),
  observable: sees(pod('n1'), url('http://shop.default.svc.cluster.local/'), 'fails'),
  heal: undoKubectl('delete service shop'),
  expect: faulty('extname-target-bad', undefined, { near: 'web\\.default\\.svc' }),
} satisfies Scenario
