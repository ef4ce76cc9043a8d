import type { Scenario } from '../../cluster/scenario.ts'
import { faulty, restoreBase, serviceMadeAnew, shellServer, shopper, shopperGone, steps } from '../verbs.ts'

export default {
  about:
    'the Service was made anew under another address, and the client goes on with the one it was given at its start',
  fault: ['svc-stale-clusterip'],
  modes: ['iptables', 'nftables'],
  flags: ['--node-probes=always', '--client', 'pod/shopper'],
  break: steps(
    shopper(shellServer('while :; do curl -s -m 3 "http://$WEB_SERVICE_HOST:$WEB_SERVICE_PORT/"; sleep 1; done')),
    serviceMadeAnew,
  ),
  observable: async (stage) => {
    const dial = 'curl -s -m 4 "http://$WEB_SERVICE_HOST:$WEB_SERVICE_PORT/"'
    const { exitCode } = await stage.kubectl(['exec', 'shopper', '--', 'sh', '-c', dial])
    if (exitCode === 0) throw new Error('the client gets through at the old address')
  },
  heal: steps(shopperGone, restoreBase),
  expect: faulty('svc-stale-clusterip', 'pod default/shopper'),
} satisfies Scenario
