import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  barePod,
  clusterIp,
  healthy,
  pod,
  runs,
  sees,
  server,
  slicesShow,
  steps,
  undoKubectl,
} from '../verbs.ts'

const readinessProbe = {
  exec: { command: ['sh', '-c', '[ $(($(date +%s) / 5 % 2)) = 0 ] || { echo busy; exit 1; }'] },
  periodSeconds: 1,
  failureThreshold: 1,
}

export default {
  about: 'one of three pods is ready and not ready by turns; the others carry the load meanwhile',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(apply(barePod('web-busy', 'web', { ...server, readinessProbe }, { nodeName: 'n0' })), runs('web', 3)),
  observable: steps(
    slicesShow(/false:n0/),
    slicesShow(/true:n0/),
    slicesShow(/false:n0/),
    sees(pod('n0'), clusterIp(), 'ok'),
  ),
  heal: undoKubectl('delete pod web-busy --now'),
  expect: healthy,
} satisfies Scenario
