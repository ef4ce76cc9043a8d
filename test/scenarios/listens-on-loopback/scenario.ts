import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, pod, restoreBase, sees, shellServer, webPods } from '../verbs.ts'

export default {
  about: 'the servers listen on 127.0.0.1 only',
  fault: ['app-listens-loopback'],
  modes: ['iptables', 'nftables', 'ipvs'],
  break: webPods(shellServer('busybox httpd -f -p 127.0.0.1:8080')),
  observable: sees(pod('n0'), clusterIp(), 'refused'),
  heal: restoreBase,
  expect: faulty('app-listens-loopback'),
  fix: 'none: the address is set in the program',
} satisfies Scenario
