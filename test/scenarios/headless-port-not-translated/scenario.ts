import type { Scenario } from '../../cluster/scenario.ts'
import { apply, faulty, pod, sees, service, undoKubectl, url } from '../verbs.ts'

export default {
  about: 'a headless Service names port 80 for pods that listen on 8080: nobody translates it',
  fault: ['svc-headless-port-mapping'],
  modes: ['iptables', 'nftables'],
  service: 'peers',
  break: apply(
    service('peers', {
      clusterIP: 'None',
      selector: { app: 'web' },
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    }),
  ),
  observable: sees(pod('n1'), url('http://peers.default.svc.cluster.local/'), 'refused'),
  heal: undoKubectl('delete service peers'),
  expect: faulty('svc-headless-port-mapping'),
} satisfies Scenario
