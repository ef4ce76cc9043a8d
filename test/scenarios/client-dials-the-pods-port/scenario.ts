import type { Scenario } from '../../cluster/scenario.ts'
import { backend, faulty, sees, shellServer, shopper, shopperGone, steps, url } from '../verbs.ts'

export default {
  about: "the client dials the pods' port at the Service's name, over and over; the Service has another one",
  fault: ['svc-client-wrong-port'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    shopper(
      shellServer('while :; do curl -s -m 3 "$WEB_URL"; sleep 1; done', {
        env: [{ name: 'WEB_URL', value: 'http://web:8080/' }],
      }),
    ),
  ),
  observable: sees(backend('n1', 'shopper'), url('http://web:8080/'), 'fails'),
  heal: shopperGone,
  expect: faulty('svc-client-wrong-port', 'pod default/shopper', { near: 'targetPort' }),
  fix: 'none: the environment of a pod cannot be changed; its owner has to make it anew',
} satisfies Scenario
