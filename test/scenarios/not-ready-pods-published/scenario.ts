import type { Scenario } from '../../cluster/scenario.ts'
import {
  apply,
  barePod,
  clusterIp,
  faulty,
  pod,
  probedServer,
  restoreBase,
  seesSome,
  slicesShow,
  steps,
  undoKubectl,
  webService,
} from '../verbs.ts'

export default {
  about: 'publishNotReadyAddresses sends connections to a pod that does not listen yet',
  fault: ['svc-publish-not-ready'],
  modes: ['iptables', 'nftables'],
  break: steps(
    apply(barePod('starting', 'web', { ...probedServer, args: ['pause'] }, { nodeName: 'n1' })),
    webService({ publishNotReadyAddresses: true }),
    slicesShow(/(\S+:true:\S+ ){3}/),
  ),
  observable: seesSome(pod('n0'), clusterIp(), 'refused'),
  heal: steps(undoKubectl('delete pod starting --now'), restoreBase),
  expect: faulty('svc-publish-not-ready'),
} satisfies Scenario
