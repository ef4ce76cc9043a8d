import type { Scenario } from '../../cluster/scenario.ts'
import {
  endpointOn,
  faulty,
  onNode,
  pod,
  restoreBase,
  sees,
  shellServer,
  steps,
  webPods,
  webService,
} from '../verbs.ts'

// the shell of a container that runs may not have started the server yet
const kill = 'for i in $(seq 100); do pkill -KILL -f "^/agnhost netexec" && exit 0; sleep 0.2; done; exit 1'

export default {
  about: 'sessionAffinity keeps some clients on an endpoint whose server has died',
  fault: ['svc-affinity-pinned', 'ep-ready-but-dead', 'app-not-listening'],
  modes: ['iptables', 'nftables'],
  break: steps(
    webPods(shellServer('/agnhost netexec --http-port=8080 & sleep 1d')),
    webService({ sessionAffinity: 'ClientIP' }),
    onNode('n2', kill),
  ),
  observable: sees(pod('n0'), endpointOn('n2'), 'refused'),
  heal: restoreBase,
  expect: faulty('app-not-listening'),
  fix: 'none: the program has to be mended',
} satisfies Scenario
