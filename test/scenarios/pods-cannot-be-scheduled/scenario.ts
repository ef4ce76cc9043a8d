import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kubectlShows, pod, probedServer, recreate, restoreBase, sees, steps } from '../verbs.ts'

export default {
  about: 'no node fits the pods',
  fault: ['ep-pods-not-running'],
  modes: ['iptables', 'nftables'],
  break: steps(
    recreate(probedServer, { nodeSelector: { disk: 'ssd' } }),
    kubectlShows(/Pending/, 'get pods -l app=web'),
  ),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('ep-pods-not-running'),
  fix: 'none: a node has to get the label, or the pods another selector',
} satisfies Scenario
