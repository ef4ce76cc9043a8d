import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  barePod,
  clusterIp,
  healthy,
  pod,
  probedServer,
  sees,
  slicesShow,
  steps,
  undoKubectl,
} from '../verbs.ts'

export default {
  about: 'one of three pods is not ready and gets no connections, as it should be',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(barePod('starting', 'web', { ...probedServer, args: ['pause'] }, { nodeName: 'n1' })),
    slicesShow(/:false:/),
  ),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: undoKubectl('delete pod starting --now'),
  expect: healthy,
} satisfies Scenario
