import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, kpRestart, kpWritesFail, pod, rollWeb, sees, steps } from '../verbs.ts'

export default {
  about: 'the program with which kube-proxy on n1 writes rules fails, so none of its changes arrives',
  fault: ['kp-restore-failing'],
  modes: ['iptables', 'nftables'],
  break: steps(kpWritesFail('n1'), rollWeb),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: kpRestart('n1'),
  expect: faulty('kp-restore-failing', 'n1'),
} satisfies Scenario
