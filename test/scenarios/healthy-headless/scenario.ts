import type { Scenario } from '../../cluster/scenario.ts'
import { apply, healthy, pod, sees, service, undoKubectl, url } from '../verbs.ts'

export default {
  about: 'a headless Service has no rules anywhere, and needs none',
  fault: [],
  modes: ['iptables', 'nftables'],
  service: 'peers',
  break: apply(
    service('peers', {
      clusterIP: 'None',
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 8080, targetPort: 8080 }],
    }),
  ),
  observable: sees(pod('n1'), url('http://peers.default.svc.cluster.local:8080/'), 'ok'),
  heal: undoKubectl('delete service peers'),
  expect: healthy,
} satisfies Scenario
