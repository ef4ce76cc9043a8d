import type { Scenario } from '../../cluster/scenario.ts'
import { clusterIp, healthy, onNode, pod, sees, undoOnNode } from '../verbs.ts'

const fill = `awk 'BEGIN { for (n = 0; n < 300000; n++) { p = n % 60000 + 1024; q = int(n / 60000) + 9; print "-A -t 300 -p udp -s 198.51.100.1 -d 198.51.100.200 --sport " p " --dport " q " -r 198.51.100.200 -q 198.51.100.1 --reply-port-src " q " --reply-port-dst " p } }' > /run/fill; conntrack -R /run/fill >/dev/null 2>&1; rm /run/fill; true`

export default {
  about: 'the connection tracking table of n1 is full of entries without an answer, which make way for new ones',
  fault: [],
  modes: ['iptables', 'nftables'],
  break: onNode('n1', fill, 180_000),
  observable: sees(pod('n1'), clusterIp(), 'ok'),
  heal: undoOnNode('n1', 'conntrack -F'),
  expect: healthy,
} satisfies Scenario
