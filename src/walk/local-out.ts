import { contains, isLoopback } from '../net.ts'
import type { Outcome } from './ended.ts'
import { ipvsExtra } from './ipvs.ts'
import { dropped, isSet, type Journey, lost, need, note, sysctl } from './journey.ts'
import { leave } from './leave.ts'
import { cutToFit } from './mtu.ts'
import { runHook } from './netfilter.ts'
import { isLocal, type RouteResult, resolveRoute } from './resolve-route.ts'
import { selectSource, sourceSix } from './select-source.ts'
import { reversed, type Skb, show, tupleOf } from './skb.ts'
import type { LossKind, NodeState } from './world.ts'

const KINDS: Record<string, LossKind> = {
  'no-route': 'no-route',
  blackhole: 'blackhole',
  unreachable: 'unreachable-route',
  prohibit: 'prohibit-route',
}

/**
 * A packet that the node itself sends (ip_queue_xmit, icmp_send, vxlan_xmit): route, source address, OUTPUT, a new route if OUTPUT
 * changed where it goes, POSTROUTING. An empty source is chosen here.
 */
export function sendLocal(j: Journey, node: NodeState, skb: Skb): Outcome {
  mustBeOwn(node, skb)
  const settled = settledBySource(j, node, skb)
  let route = settled ?? outRoute(j, node, skb)
  if (settled && !skb.isAnswer && !skb.carries) j.expected ??= reversed(tupleOf(skb))
  if (skb.source === '') {
    const source = selectSource(node, route, skb.destination, skb.family, skb)
    if (source === undefined) {
      throw lost(node.name, `${node.name}/route`, 'no-route', 'the node has no address to send from', route.proof, skb)
    }
    skb.source = source
    // the first packet of all: now it is known what its answer must look like
    if (!skb.isAnswer && !skb.carries) j.expected ??= reversed(tupleOf(skb))
    if (asksAgain(skb)) route = outRoute(j, node, skb)
  }
  if (skb.kind === 'error') mayBeTold(node, skb, route)
  const via = route.gateway === undefined ? '' : ` via ${route.gateway}`
  note(j, `${node.name}/route`, `${show(skb)} leaves by ${route.dev}${via}`, ...route.proof)
  skb.iif = ''
  skb.oif = route.dev
  skb.toHost = isLocal(route)
  // within a hook the out device that rules see stays the first one
  const reroute = () => {
    route = outRoute(j, node, skb)
    skb.toHost = isLocal(route)
    note(j, `${node.name}/route`, `routed anew: ${show(skb)} leaves by ${route.dev}`, ...route.proof)
  }
  if (runHook(j, node, 'output', skb, { extras: ipvsExtra(j, node, skb, 'output'), reroute })) {
    // IPVS sends the packet it has scheduled by its own route, through OUTPUT once more (ip_vs_nat_send_or_cont)
    reroute()
    skb.oif = route.dev
    runHook(j, node, 'output', skb, { reroute })
  }
  cutToFit(node, skb, route.dev)
  return leave(j, node, skb, route)
}

/**
 * IPv6 without a source: where the first look-up ends in an error, it is as if it had never been made; the best address for the destination
 * is taken, and the look-up made again with it (ip6_dst_lookup_tail). Undefined where the first look-up holds.
 */
function settledBySource(j: Journey, node: NodeState, skb: Skb): (RouteResult & { found: 'route' }) | undefined {
  if (skb.family !== 6 || skb.source !== '') return undefined
  const { destination, mark } = skb
  const first = resolveRoute(j, node, { family: 6, destination, iif: 'lo', mark }, skb)
  if (first.found !== 'none') return undefined
  const source = sourceSix(node, '', destination, skb)
  if (source === undefined) return undefined
  skb.source = source
  return outRoute(j, node, skb)
}

/**
 * Rules that look at the source get to see it in a second look-up, whose route is taken: by connect() of IPv4 (ip_route_connect) and for
 * ICMPv6 errors (seen with Linux 6.18).
 */
function asksAgain(skb: Skb): boolean {
  if (skb.carries) return false
  return skb.family === 4 ? skb.fromProcess && !skb.isAnswer && skb.protocol !== 'icmp' : skb.kind === 'error'
}

/** icmpv6_route_lookup: no error goes to an anycast address, by its route or as the address of a subnet (ipv6_anycast_destination). */
function mayBeTold(node: NodeState, skb: Skb, { type, route, gateway, proof }: RouteResult & { found: 'route' }): void {
  if (skb.family !== 6) return
  const [network, length] = route.destination.split('/')
  const isSubnet = Number(length) < 127 && gateway === undefined && network === skb.destination
  if (type !== 'anycast' && !isSubnet) return
  const by = `no ICMP error is sent to ${skb.destination}, which is an anycast address here`
  throw lost(node.name, `${node.name}/route`, 'no-route', by, proof, skb)
}

/** ip_route_output_key: a socket sends from an address of the host only. What REJECT and IPVS send may have any source. */
function mustBeOwn(node: NodeState, skb: Skb): void {
  if (skb.family !== 4 || skb.source === '' || skb.anySource || skb.ipvs) return
  if (need(node, node.addresses, skb).some((address) => address.address === skb.source)) return
  const local = need(node, node.routes, skb).some(
    (route) => route.table === 'local' && route.type === 'local' && contains(route.destination, skb.source),
  )
  if (local) return
  const by = `${skb.source} is no address of ${node.name}, so nothing can be sent from it`
  throw lost(node.name, `${node.name}/route`, 'source', by, [{ path: node.addresses.path }], skb)
}

/** Route of a packet of the node itself, or the error that its sender gets. */
function outRoute(j: Journey, node: NodeState, skb: Skb): RouteResult & { found: 'route' } {
  const flow = { family: skb.family, destination: skb.destination, iif: 'lo', mark: skb.mark, source: skb.source }
  const { source, ...unbound } = flow
  const result = resolveRoute(j, node, source === '' ? unbound : flow, skb)
  const at = `${node.name}/route`
  if (result.found === 'none') {
    const by =
      result.error === 'no-route' ? `no route to ${skb.destination}` : `a ${result.error} route to ${skb.destination}`
    throw lost(node.name, at, KINDS[result.error] ?? 'no-route', by, result.proof, skb)
  }
  if (result.type !== 'unicast' && !isLocal(result)) {
    throw lost(node.name, at, 'no-route', `${skb.destination} is a ${result.type} address here`, result.proof, skb)
  }
  if (isLocal(result)) return { ...result, dev: 'lo' }
  // what leaves by lo comes in again as a packet for the host itself, whatever its address (RTCF_LOCAL in __mkroute_output)
  if (result.dev === 'lo' && skb.family === 4) return { ...result, type: 'local' }
  mayLeave(node, skb, result.dev)
  return result
}

/** __mkroute_output: 127.0.0.0/8 is no source for packets that leave the host, unless route_localnet is set for the way out. */
function mayLeave(node: NodeState, skb: Skb, dev: string): void {
  if (skb.family !== 4 || dev === 'lo' || !isLoopback(skb.source)) return
  const keys = ['all', dev].map((name) => `net/ipv4/conf/${name}/route_localnet`)
  if (keys.some((key) => isSet(node, key, skb))) return
  const proof = keys.flatMap((key) => sysctl(node, key, skb)?.proof ?? [])
  const by = `the source ${skb.source} may not leave by ${dev} as route_localnet is 0`
  throw dropped(node.name, `${node.name}/route`, by, proof, skb, { hook: 'output' })
}
