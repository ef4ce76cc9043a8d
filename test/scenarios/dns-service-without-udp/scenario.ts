import type { Scenario } from '../../cluster/scenario.ts'
import { asks, faulty, NAME, patchOps, pod, steps } from '../verbs.ts'

export default {
  about: 'kube-dns has lost its UDP port',
  fault: ['dns-service-broken'],
  modes: ['iptables', 'nftables'],
  break: patchOps('service kube-dns -n kube-system', [{ op: 'remove', path: '/spec/ports/0' }]),
  observable: steps(
    (stage) => asks(pod('n1'), NAME, stage.mode === 'nftables' ? 'refused' : 'silence')(stage),
    asks(pod('n1'), NAME, 'NOERROR', 20, '+tcp'),
  ),
  // whole, since the printed fix may have put the port back already
  heal: patchOps('service kube-dns -n kube-system', [
    {
      op: 'replace',
      path: '/spec/ports',
      value: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 'dns' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 'dns-tcp' },
        { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 'metrics' },
      ],
    },
  ]),
  expect: faulty('dns-service-broken'),
} satisfies Scenario
