import type { Scenario } from '../../cluster/scenario.ts'
import { apply, barePod, clusterIp, healthy, kubectlShows, pod, sees, server, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'a pod that has ended carries the label of the Service and still has an address',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(
      barePod('done', 'web', { ...server, command: ['true'], args: [] }, { restartPolicy: 'Never', nodeName: 'n1' }),
    ),
    kubectlShows(/Completed/, 'get pod done'),
  ),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: undoKubectl('delete pod done --now'),
  expect: healthy,
} satisfies Scenario
