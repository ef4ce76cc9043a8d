import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, restoreBase, seesSome, shellServer, steps, webPods } from '../verbs.ts'

export default {
  about: 'the server on n2 has died under a shell that lives on; no readiness probe notices',
  fault: ['ep-ready-but-dead', 'app-not-listening'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: steps(
    webPods(shellServer('/agnhost netexec --http-port=8080 & sleep 1d')),
    onNode('n2', 'pkill -KILL -f "^/agnhost netexec"'),
  ),
  observable: seesSome(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('app-not-listening'),
  fix: 'none: the program has to be mended',
} satisfies Scenario
