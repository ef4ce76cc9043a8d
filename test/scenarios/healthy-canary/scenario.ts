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
  about: 'two Deployments stand behind the Service on purpose',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(barePod('canary', 'web', probedServer, { nodeName: 'n0', tolerations: [{ operator: 'Exists' }] })),
    slicesShow(/(\S+:true:\S+ ){3}/),
  ),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: undoKubectl('delete pod canary --now'),
  expect: healthy,
} satisfies Scenario
