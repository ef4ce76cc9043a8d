import type { Scenario } from '../../cluster/scenario.ts'
import { apply, faulty, pod, sees, service, undoKubectl, url } from '../verbs.ts'

export default {
  about: 'an externalIP is the address of n1 and its port that of the kubelet',
  fault: ['extip-is-node-ip-iptables'],
  modes: ['iptables', 'nftables'],
  service: 'clash',
  break: apply(
    service('clash', {
      selector: { app: 'web' },
      externalIPs: ['172.30.0.11'],
      ports: [{ port: 10250, targetPort: 8080 }],
    }),
  ),
  observable: sees(pod('n0'), url('http://172.30.0.11:10250/'), 'ok'),
  heal: undoKubectl('delete service clash'),
  expect: faulty('extip-is-node-ip-iptables'),
} satisfies Scenario
