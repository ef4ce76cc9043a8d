import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, sees, undoOnNode } from '../verbs.ts'

const fill = `awk 'BEGIN { for (n = 0; n < 300000; n++) { p = n % 60000 + 1024; q = int(n / 60000) + 9; print "-A -t 300 -u SEEN_REPLY,ASSURED -p udp -s 198.51.100.1 -d 198.51.100.200 --sport " p " --dport " q " -r 198.51.100.200 -q 198.51.100.1 --reply-port-src " q " --reply-port-dst " p } }' > /run/fill; conntrack -R /run/fill >/dev/null 2>&1; rm /run/fill; true`

export default {
  about: 'the connection tracking table of n1 is full of connections that are alive',
  fault: ['kp-conntrack-full'],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', fill, 180_000),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: undoOnNode('n1', 'conntrack -F'),
  expect: faulty('kp-conntrack-full', 'n1'),
  healWithin: 90,
} satisfies Scenario
