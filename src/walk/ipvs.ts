import type { VirtualServer } from '../parse/host.ts'
import { isSet, type Journey, need, note, proofOf, unknown } from './journey.ts'
import type { Extra } from './netfilter.ts'
import { refuse } from './reject.ts'
import { packetOf, type Skb } from './skb.ts'
import { settle, translate } from './translate.ts'
import type { NodeState } from './world.ts'

/** ip_vs_in: behind the filter chains of INPUT, and in OUTPUT just behind destination NAT (ip_vs_ops). */
const PRIORITY = { input: 99, output: -98 }

/**
 * IPVS as a piece of a hook's work: schedules the first packet of a connection to a virtual server to one of its real servers. The
 * packet then leaves the hook and is sent on. Its answers are put right by the connection's translation.
 */
export function ipvsExtra(j: Journey, node: NodeState, skb: Skb, hook: 'input' | 'output'): Extra[] {
  if ('missing' in node.ipvs || node.ipvs.value.length === 0 || skb.isAnswer || skb.ipvs) return []
  return [{ priority: PRIORITY[hook], run: () => schedule(j, node, skb, hook) }]
}

function schedule(j: Journey, node: NodeState, skb: Skb, hook: 'input' | 'output'): boolean {
  const service = need(node, node.ipvs, skb).find((one) => serves(one, skb))
  if (!service) return false
  const at = `${node.name}/ipvs`
  const proof = proofOf(node.ipvs, service)
  const { tracking } = skb
  if (!isSet(node, 'net/ipv4/vs/conntrack', skb) || !tracking || tracking === 'untracked') {
    throw unknown(node.name, at, 'IPVS without connection tracking is not modelled', [proof], skb)
  }
  const servers = service.servers.filter((server) => server.weight > 0)
  if (servers.length === 0) {
    // ip_vs_leave: no server is left
    const by = `the virtual server ${service.address}:${service.port} has no real server`
    const base = { node: node.name, at, by, proof: [proof], packet: packetOf(skb), hook }
    throw refuse(node, skb, { ...base, fate: 'rejected', with: 'icmp-port-unreachable' })
  }
  const weight = servers.reduce((sum, server) => sum + server.weight, 0)
  const shares = servers.map((server) => server.weight / weight)
  const where = { node: node.name, at, why: `the scheduler ${service.scheduler} picks a server`, proof: [proof] }
  const server = servers[servers.length > 1 ? j.choose('random', shares, where) : 0]!
  if (server.method !== 'masq' && server.method !== 'local') {
    throw unknown(
      node.name,
      at,
      `IPVS forwarding by ${server.method} is not modelled`,
      [proofOf(node.ipvs, server)],
      skb,
    )
  }
  skb.ipvs = { address: service.address, port: service.port, protocol: service.protocol }
  settle(tracking.connection, 'destination', server)
  translate(skb, 'destination')
  note(
    j,
    at,
    `virtual server ${service.address}:${service.port} sends to ${server.address}:${server.port}`,
    proof,
    proofOf(node.ipvs, server),
  )
  return true
}

function serves(service: VirtualServer, skb: Skb): boolean {
  if (service.protocol === 'fwmark') return service.port === skb.mark && skb.mark !== 0
  return (
    service.protocol === skb.protocol &&
    service.address === skb.destination &&
    (service.port === skb.dport || service.port === 0)
  )
}
