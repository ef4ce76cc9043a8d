import type { Scenario } from '../../cluster/scenario.ts'
import { apply, barePod, clusterIp, healthy, pod, runs, sees, server, steps, undoKubectl } from '../verbs.ts'

export default {
  about: 'each pod has another port under the name that targetPort asks for',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(
      barePod(
        'old',
        'web',
        { ...server, args: ['netexec', '--http-port=8081'], ports: [{ containerPort: 8081, name: 'http' }] },
        { nodeName: 'n1' },
      ),
    ),
    runs('web', 3),
  ),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: undoKubectl('delete pod old --now'),
  expect: healthy,
} satisfies Scenario
