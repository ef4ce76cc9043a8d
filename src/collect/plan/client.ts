import type { Bundle, Question } from '../../model.ts'
import { connectScript } from './connect-script.ts'
import { destinations } from './destinations.ts'
import { dnsQueries } from './dns-queries.ts'
import { dnsScript } from './dns-script.ts'
import { stageOf } from './stage.ts'

/** `ip -j` prints one array; one object a line can be cited. The client image has no jq. */
const oneALine = `sed 's/},{/}\\n{/g; s/^\\[//; s/\\]$//' | grep .`

/**
 * What a pod-network client pod on a node is asked: its resolver settings and routes, every name, every address.
 * `inNamespace` is where the pod runs: short names are only asked in the Service's own namespace.
 */
export function clientQuestions(bundle: Bundle, node: string, nodes: string[], inNamespace: string): Question[] {
  const stage = stageOf(bundle)
  const at = (file: string, run: string): Question => ({ path: `clients/${node}/${file}`, reach: 'pod', node, run })
  const dns = dnsQueries(stage, bundle.target, inNamespace === bundle.target.namespace)
  return [
    at('resolv.txt', 'cat /etc/resolv.conf'),
    at('hosts.txt', 'cat /etc/hosts'),
    at('routes.jsonl', `{ ip -j -4 route show table all; ip -j -6 route show table all; } 2>/dev/null | ${oneALine}`),
    at('connect.txt', connectScript(destinations(stage, nodes, { kind: 'client', node }))),
    at('dns.txt', dnsScript(dns.queries, dns.getent)),
    at('netstat.txt', 'if command -v nstat >/dev/null; then nstat -az; else cat /proc/net/netstat /proc/net/snmp; fi'),
  ]
}
