import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, seesSome, server, steps, wait, webPods } from '../verbs.ts'

/** Ready for ten seconds, then not for ten, by the clock: all pods at once. */
const readinessProbe = {
  exec: { command: ['sh', '-c', '[ $(($(date +%s) / 10 % 2)) = 0 ] || { echo busy; exit 1; }'] },
  periodSeconds: 1,
  failureThreshold: 1,
}

export default {
  about: 'the readiness probe fails every other ten seconds, so there is no endpoint half of the time',
  fault: ['ep-flapping'],
  modes: ['iptables', 'nftables'],
  break: webPods({ ...server, readinessProbe }),
  observable: steps(wait(30), seesSome(pod('n0'), clusterIp(), 'refused')),
  heal: restoreBase,
  expect: faulty('ep-flapping'),
  fix: 'none: the probe belongs to the workload of its owner',
} satisfies Scenario
