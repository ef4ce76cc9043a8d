import type { Scenario } from '../../cluster/scenario.ts'
import { apply, faulty, pod, sees, service, undoKubectl, url } from '../verbs.ts'

export default {
  about: 'the externalName is the name of the Service itself',
  fault: ['extname-target-bad'],
  modes: ['iptables'],
  service: 'shop',
  break: apply(service('shop', { type: 'ExternalName', externalName: 'shop.default.svc.cluster.local' })),
  observable: sees(pod('n1'), url('http://shop.default.svc.cluster.local/'), 'fails'),
  heal: undoKubectl('delete service shop'),
  expect: faulty('extname-target-bad'),
  fix: 'none: only the owner knows the right name',
} satisfies Scenario
