import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, restoreBase, seesSome, shellServer, steps, webPods } from '../verbs.ts'

export default {
  about: 'the server on n2 stands still but accepts connections; no readiness probe notices',
  fault: ['ep-ready-but-dead', 'app-hang-or-backlog-full'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: steps(
    webPods(shellServer('/agnhost netexec --http-port=8080 & sleep 1d')),
    onNode('n2', 'pkill -STOP -f "^/agnhost netexec"'),
  ),
  observable: seesSome(pod('n0'), clusterIp(), 'silent'),
  heal: restoreBase,
  expect: faulty('app-hang-or-backlog-full'),
} satisfies Scenario
