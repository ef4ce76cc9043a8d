import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, pod, restoreBase, sees, shellServer, webPods } from '../verbs.ts'

export default {
  about: 'the program answers every page with an error: the Service is reached',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: webPods(shellServer('mkdir -p /tmp/empty; busybox httpd -f -p 8080 -h /tmp/empty')),
  observable: sees(pod('n0'), clusterIp(), 'ok'),
  heal: restoreBase,
  expect: healthy,
} satisfies Scenario
