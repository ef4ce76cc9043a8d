import type { Scenario } from '../../cluster/scenario.ts'
import { apply, asks, faulty, pod, service, undoKubectl } from '../verbs.ts'

export default {
  about: 'an ExternalName Service names a host that does not exist',
  fault: ['extname-target-bad'],
  modes: ['iptables'],
  service: 'shop',
  break: apply(service('shop', { type: 'ExternalName', externalName: 'nosuch.invalid' })),
  observable: asks(pod('n1'), 'nosuch.invalid.', 'NXDOMAIN'),
  heal: undoKubectl('delete service shop'),
  expect: faulty('extname-target-bad'),
  fix: 'none: only the owner knows the right name',
} satisfies Scenario
