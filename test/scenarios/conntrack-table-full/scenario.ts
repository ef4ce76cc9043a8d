import { writeFileSync } from 'node:fs'
import type { Scenario, Step } from '../../cluster/scenario.ts'
import { clusterIp, faulty, onNode, pod, sees, steps, undoOnNode } from '../verbs.ts'

/** The limit is one for the whole machine, the count is each node's own: a low limit fills one node without a table that slows the kernel. */
const limit =
  (entries: number): Step =>
  async () =>
    writeFileSync('/proc/sys/net/netfilter/nf_conntrack_max', String(entries))

/** Without the connections that are over: on a busy node they would expire while the probes run and leave room for them. */
const fill = `conntrack -D -p tcp --state TIME_WAIT >/dev/null 2>&1; awk 'BEGIN { for (n = 0; n < 24000; n++) { p = n + 1024; print "-A -t 300 -u SEEN_REPLY,ASSURED -p udp -s 198.51.100.1 -d 198.51.100.200 --sport " p " --dport 9 -r 198.51.100.200 -q 198.51.100.1 --reply-port-src 9 --reply-port-dst " p } }' > /run/fill; conntrack -R /run/fill >/dev/null 2>&1; rm /run/fill; true`

export default {
  about: 'the connection tracking table of n1 is full of connections that are alive',
  fault: ['kp-conntrack-full'],
  modes: ['iptables', 'nftables'],
  break: steps(limit(20_000), onNode('n1', fill, 180_000)),
  observable: sees(pod('n1'), clusterIp(), 'fails'),
  heal: steps(undoOnNode('n1', 'conntrack -F'), limit(262_144)),
  expect: faulty('kp-conntrack-full', 'n1'),
  fix: 'none: the limit that the fix raises belongs to the whole machine, not to the node',
  healWithin: 90,
} satisfies Scenario
