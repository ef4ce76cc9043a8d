import type { Scenario } from '../../cluster/scenario.ts'
import { apply, faulty, kubectl, pod, sees, steps, undoKubectl, url } from '../verbs.ts'

export default {
  about: 'the pods that the selector means run in another namespace',
  fault: ['svc-selector-mismatch'],
  modes: ['iptables'],
  namespace: 'shop',
  break: steps(
    kubectl('create namespace shop'),
    apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }] },
    }),
  ),
  observable: sees(pod('n0'), url('http://web.shop.svc.cluster.local/'), 'refused'),
  heal: undoKubectl('delete namespace shop --wait=false'),
  expect: faulty('svc-selector-mismatch', undefined, { near: 'default' }),
  fix: 'none: the pods or the Service have to move',
} satisfies Scenario
