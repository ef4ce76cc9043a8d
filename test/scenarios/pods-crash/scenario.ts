import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kubectlShows, pod, recreate, restoreBase, sees, shellServer, steps } from '../verbs.ts'

export default {
  about: 'the pods end as soon as they start',
  fault: ['ep-pods-not-running'],
  modes: ['iptables', 'nftables'],
  break: steps(
    recreate(shellServer('echo no config; exit 3')),
    kubectlShows(/CrashLoopBackOff/, 'get pods -l app=web'),
  ),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('ep-pods-not-running'),
  fix: 'none: the program has to be mended',
} satisfies Scenario
