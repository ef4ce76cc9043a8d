import type { Bundle, Question } from '../../model.ts'
import { connectScript } from './connect-script.ts'
import { destinations, nodeAddresses, podGateways } from './destinations.ts'
import { dnsQueries } from './dns-queries.ts'
import { dnsScript } from './dns-script.ts'
import { nodeState } from './node-state.ts'
import { pingScript } from './ping-script.ts'
import { type Stage, stageOf } from './stage.ts'

/**
 * What a host-network pod on a node is asked: the node's state first, then probes from the host itself. `nodes` are the nodes in play.
 */
export function nodeQuestions(bundle: Bundle, node: string, nodes: string[]): Question[] {
  const stage = stageOf(bundle)
  const outer = stage.service?.spec.externalIPs ?? []
  const at = (file: string, run: string): Question => ({ path: `nodes/${node}/${file}`, reach: 'node', node, run })
  return [
    ...nodeStateQuestions(bundle, node),
    at('connect.txt', connectScript(destinations(stage, nodes, { kind: 'host', node }))),
    at('dns.txt', hostDns(stage, bundle)),
    at('ping.txt', pingScript(pingTargets(stage, node, nodes))),
    ...(outer.length > 0 ? [at('holders.jsonl', holders(outer))] : []),
  ]
}

/** A node's state alone: what comes before the client pod on it, and what a second reading asks again. */
export function nodeStateQuestions(bundle: Bundle, node: string): Question[] {
  const files = nodeState(serviceAddresses(stageOf(bundle)))
  return files.map(([file, run]) => ({ path: `nodes/${node}/${file}`, reach: 'node', node, run }))
}

/** The host's resolver is none of the cluster's: only the cluster's DNS servers are asked, by address and full name. */
function hostDns(stage: Stage, bundle: Bundle): string {
  const { queries } = dnsQueries(stage, bundle.target, false)
  return dnsScript(
    queries.filter((query) => query.server !== ''),
    [],
  )
}

/** Who on the network answers for an address (ARP, NDP): the neighbour entries, in the form of neighbours.jsonl, after it was asked. */
function holders(addresses: string[]): string {
  return `for ip in ${addresses.slice(0, 8).join(' ')}; do ping -c 1 -W 1 "$ip" >/dev/null 2>&1 & done; wait
for ip in ${addresses.slice(0, 8).join(' ')}; do ip -j neigh show to "$ip" | jq -c '.[]'; done`
}

function serviceAddresses(stage: Stage): string[] {
  const ingress = (stage.service?.status?.loadBalancer?.ingress ?? []).flatMap((item) => item.ip ?? [])
  const outer = [...(stage.service?.spec.externalIPs ?? []), ...ingress]
  const endpoints = stage.endpoints.slice(0, 50).map((endpoint) => endpoint.address)
  const control = stage.apiService ? [stage.apiService.ip] : []
  return [...new Set([...stage.clusterIps, ...outer, ...endpoints, ...control])]
}

/** Other nodes, their pod gateways, and up to four endpoints elsewhere. */
function pingTargets(stage: Stage, node: string, nodes: string[]): string[] {
  const others = nodes.filter((name) => name !== node)
  const endpoints = stage.endpoints.filter((endpoint) => endpoint.node !== node).map((endpoint) => endpoint.address)
  const gateways = podGateways(stage, nodeAddresses(stage, others)).map(([, ip]) => ip)
  const addresses = nodeAddresses(stage, others).map(([, ip]) => ip)
  return [...new Set([...addresses, ...gateways, ...endpoints.slice(0, 4)])]
}
