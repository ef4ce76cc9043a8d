import type { Proof } from '../model.ts'
import { contains, isLoopback } from '../net.ts'
import type { Ended } from './ended.ts'
import { dropped, isSet, type Journey, lost, need, sysctl, unknown } from './journey.ts'
import { withAnswer } from './reject.ts'
import { isLocal, type RouteResult, resolveRoute } from './resolve-route.ts'
import type { Skb } from './skb.ts'
import type { LossKind, NodeState } from './world.ts'

type Route = RouteResult & { found: 'route' }

/**
 * ip_route_input_slow: where a packet that came in goes. Drops martians, what fails the reverse path filter, and what would have to be
 * forwarded by a node or device that does not forward.
 */
export function routeInput(j: Journey, node: NodeState, skb: Skb): Route {
  const at = `${node.name}/route`
  checkMartian(node, skb)
  const flow = { family: skb.family, destination: skb.destination, source: skb.source, iif: skb.iif, mark: skb.mark }
  const result = resolveRoute(j, node, flow, skb)
  const forwards = forwarding(node, skb)
  if (result.found === 'none') {
    // IPv6 tells the sender also where it does not forward (ip6_pkt_discard)
    if (!forwards.on && skb.family === 4)
      throw dropped(node.name, at, forwards.by, [...forwards.proof, ...result.proof], skb)
    throw noWay(node, skb, result)
  }
  if (isLocal(result)) {
    checkSource(j, node, skb, 'lo')
    return result
  }
  if (!forwards.on) throw dropped(node.name, at, forwards.by, forwards.proof, skb)
  if (result.type !== 'unicast') {
    throw dropped(node.name, at, `${skb.destination} is a ${result.type} address here`, result.proof, skb)
  }
  checkSource(j, node, skb, result.dev)
  return result
}

/** ip_error: the sender is told that there is no way on, unless the route is a blackhole. */
function noWay(node: NodeState, skb: Skb, { error, byRule, proof }: RouteResult & { found: 'none' }): Ended {
  const { kind } = NO_WAY[error]
  // a rule's `unreachable` is ENETUNREACH, a route's is EHOSTUNREACH (fib4_rule_action, fib_props)
  const icmp = byRule && error === 'unreachable' ? 'icmp-net-unreachable' : NO_WAY[error].icmp
  const by =
    error === 'no-route' ? `no route to ${skb.destination}` : `the route to ${skb.destination} is of type ${error}`
  const ended = lost(node.name, `${node.name}/route`, kind, by, proof, skb)
  return icmp === undefined ? ended : withAnswer(node, skb, ended.outcome.end, icmp)
}

const NO_WAY: Record<(RouteResult & { found: 'none' })['error'], { kind: LossKind; icmp?: string }> = {
  'no-route': { kind: 'no-route', icmp: 'icmp-net-unreachable' },
  unreachable: { kind: 'unreachable-route', icmp: 'icmp-host-unreachable' },
  prohibit: { kind: 'prohibit-route', icmp: 'icmp-admin-prohibited' },
  blackhole: { kind: 'blackhole' },
}

/** Addresses that never come in by a wire: 0.0.0.0/8, loopback (but for route_localnet), multicast as a source. */
function checkMartian(node: NodeState, skb: Skb): void {
  const at = `${node.name}/route`
  const { source, destination, iif } = skb
  const bad = (by: string, ...proof: Proof[]) => dropped(node.name, at, by, proof, skb)
  if (skb.family === 6) {
    if (iif !== 'lo' && (isLoopback(source) || isLoopback(destination))) throw bad('martian: ::1 came in by a wire')
    return
  }
  if (contains('224.0.0.0/4', source) || contains('0.0.0.0/8', source)) throw bad(`martian source ${source}`)
  if (contains('0.0.0.0/8', destination)) throw bad(`martian destination ${destination}`)
  if (!isLoopback(source) && !isLoopback(destination)) return
  const keys = ['all', iif].map((dev) => `net/ipv4/conf/${dev}/route_localnet`)
  if (keys.some((key) => isSet(node, key, skb))) return
  const proof = keys.map((key) => sysctl(node, key, skb)?.proof).filter((one) => one !== undefined)
  throw bad(`martian: a loopback address came in by ${iif} and route_localnet is 0`, ...proof)
}

/** Whether the node forwards what comes in by this device: conf/<dev>/forwarding; for IPv6 conf/all decides (ip6_forward). */
export function forwarding(node: NodeState, skb: Skb): { on: boolean; by: string; proof: Proof[] } {
  const key = skb.family === 4 ? `net/ipv4/conf/${skb.iif}/forwarding` : 'net/ipv6/conf/all/forwarding'
  const found = sysctl(node, key, skb) ?? (skb.family === 4 ? sysctl(node, 'net/ipv4/ip_forward', skb) : undefined)
  if (!found) throw unknown(node.name, `${node.name}/route`, `${key} is not in ${node.sysctls.path}`, [], skb)
  // the global switch is the line a person looks for first
  const all = skb.family === 4 ? sysctl(node, 'net/ipv4/ip_forward', skb) : undefined
  const global = all && Number(all.value) === 0
  const by = global ? 'net.ipv4.ip_forward is 0' : `${key.replaceAll('/', '.')} is ${found.value}`
  const on = Number(found.value) !== 0
  return { on, by: on ? '' : by, proof: on ? [] : [global ? all.proof : found.proof] }
}

/** Effective rp_filter of a device: the larger of `all` and its own (IN_DEV_MAXCONF). */
function reversePathFilter(node: NodeState, dev: string, skb: Skb): { value: number; proof: Proof[] } {
  const found = ['all', dev]
    .map((name) => sysctl(node, `net/ipv4/conf/${name}/rp_filter`, skb))
    .filter((one) => one !== undefined)
  const value = Math.max(0, ...found.map((one) => Number(one.value)))
  return { value, proof: found.filter((one) => Number(one.value) === value).map((one) => one.proof) }
}

/**
 * fib_validate_source (IPv4 only): a source that is the node's own address is never accepted from a wire; with rp_filter 1 the source
 * must be reached by the device the packet came in by, with 2 by any.
 */
function checkSource(j: Journey, node: NodeState, skb: Skb, out: string): void {
  if (skb.family !== 4 || skb.iif === 'lo') return
  const at = `${node.name}/route`
  const filter = reversePathFilter(node, skb.iif, skb)
  const acceptLocal =
    isSet(node, `net/ipv4/conf/${skb.iif}/accept_local`, skb) || isSet(node, 'net/ipv4/conf/all/accept_local', skb)
  if (filter.value === 0 && !hasCustomRules(node, skb)) {
    const own = need(node, node.addresses, skb).find((address) => address.address === skb.source)
    if (!own || acceptLocal) return
    const proof = { path: node.addresses.path, line: own.line, quote: own.raw }
    throw dropped(node.name, at, `martian source: ${skb.source} is an address of this node (${own.dev})`, [proof], skb)
  }
  const mark =
    isSet(node, `net/ipv4/conf/${skb.iif}/src_valid_mark`, skb) || isSet(node, 'net/ipv4/conf/all/src_valid_mark', skb)
  const flow = {
    family: skb.family,
    destination: skb.source,
    source: skb.destination,
    iif: out === '' ? 'lo' : out,
    mark: mark ? skb.mark : 0,
  }
  const back = resolveRoute(j, node, flow, skb)
  const fails = (by: string) => dropped(node.name, at, by, [...filter.proof, ...back.proof], skb)
  if (back.found === 'none') {
    if (filter.value === 0) return
    throw fails(`rp_filter ${filter.value} of ${skb.iif}: no route back to ${skb.source}`)
  }
  if (back.type !== 'unicast' && !(back.type === 'local' && acceptLocal)) {
    throw fails(`martian source: ${skb.source} is a ${back.type} address here`)
  }
  if (back.dev === skb.iif || filter.value !== 1) return
  throw fails(`rp_filter 1 of ${skb.iif}: the way back to ${skb.source} is by ${back.dev}`)
}

/** Rules beyond the three that every host has make the kernel check sources by a full lookup. */
function hasCustomRules(node: NodeState, skb: Skb): boolean {
  return need(node, node.rules, skb).some((rule) => rule.family === 4 && rule.priority !== 0 && rule.priority < 32766)
}
