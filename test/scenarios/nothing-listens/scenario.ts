import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, shellServer, webPods } from '../verbs.ts'

export default {
  about: 'the pods run and are ready, and no program in them listens',
  fault: ['app-not-listening'],
  modes: ['iptables', 'nftables'],
  break: webPods(shellServer('sleep 1d')),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('app-not-listening'),
  fix: 'none: the program has to be mended',
} satisfies Scenario
