import type { Scenario } from '../../cluster/scenario.ts'
import { apply, backend, barePod, faulty, runs, sees, shellServer, steps, undoKubectl, url } from '../verbs.ts'

export default {
  about: "the client dials the pods' port at the Service's name, over and over; the Service has another one",
  fault: ['svc-client-wrong-port'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    apply(
      barePod(
        'shopper',
        'shopper',
        shellServer('while :; do curl -s -m 3 "$WEB_URL"; sleep 1; done', {
          env: [{ name: 'WEB_URL', value: 'http://web:8080/' }],
        }),
        { nodeName: 'n1' },
      ),
    ),
    runs('shopper', 1),
  ),
  observable: sees(backend('n1', 'shopper'), url('http://web:8080/'), 'fails'),
  heal: undoKubectl('delete pod shopper --now'),
  expect: faulty('svc-client-wrong-port', 'pod default/shopper', { near: 'targetPort' }),
  fix: 'none: the environment of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
