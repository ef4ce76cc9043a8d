import type { Family, Proof } from '../model.ts'
import { contains, prefixLength } from '../net.ts'
import type { IpRule, Link, Route } from '../parse/host.ts'
import type { Journey } from './journey.ts'
import { isSet, need, proofOf, unknown } from './journey.ts'
import type { Skb } from './skb.ts'
import type { NodeState } from './world.ts'

/**
 * What a route lookup is asked. `iif` is `lo` for packets of the node itself. `oif`: only routes by this device count. `uses`: the route
 * is the same without it, but of several next hops the one by this device is named (fib_info_nh_uses_dev).
 */
export interface Flow {
  family: Family
  destination: string
  source?: string
  iif: string
  oif?: string
  uses?: string
  mark: number
}

/** A route that was found, with the one next hop that is taken; or why there is none. */
export type RouteResult =
  | { found: 'route'; type: Route['type']; dev: string; gateway?: string; route: Route; proof: Proof[] }
  | { found: 'none'; error: 'no-route' | 'blackhole' | 'unreachable' | 'prohibit'; byRule?: true; proof: Proof[] }

/** Whether a route leads to the host itself: also to the anycast address that IPv6 gives every router of a subnet (RFC 4291 2.6.1). */
export function isLocal({ type, route }: RouteResult & { found: 'route' }): boolean {
  return type === 'local' || (type === 'anycast' && route.family === 6)
}

const DEFAULT_RULES: Pick<IpRule, 'priority' | 'table' | 'unread'>[] = [
  { priority: 0, table: 'local', unread: [] },
  { priority: 32766, table: 'main', unread: [] },
  { priority: 32767, table: 'default', unread: [] },
]

/**
 * fib_rules_lookup and fib_table_lookup: the rules in order of priority, in each table the longest prefix, there the lowest metric;
 * `throw` and an empty table go on with the next rule.
 */
export function resolveRoute(j: Journey, node: NodeState, flow: Flow, skb: Skb): RouteResult {
  const rules = rulesOf(need(node, node.rules, skb), flow.family)
  let skipTo = -1
  for (const rule of rules) {
    if (rule.priority < skipTo || !applies(node, rule, flow, skb)) continue
    if (rule.goto !== undefined) {
      // one whose target is not there leads nowhere (fib_rules_lookup)
      if (rules.some(({ priority }) => priority === rule.goto)) skipTo = rule.goto
      continue
    }
    const seen = 'line' in rule ? [proofOf(node.rules, rule as IpRule)] : []
    if (rule.action === 'blackhole' || rule.action === 'unreachable' || rule.action === 'prohibit') {
      return { found: 'none', error: rule.action, byRule: true, proof: seen }
    }
    if (rule.table === undefined) continue
    const result = inTable(j, node, rule.table, flow, skb)
    if (!result) continue
    if (result.found === 'route' && rule.suppressPrefixLength !== undefined) {
      if (prefixLength(result.route.destination) <= rule.suppressPrefixLength) continue
    }
    // the three rules that every host has prove nothing
    return rule.priority === 0 || rule.priority >= 32766 ? result : { ...result, proof: [...seen, ...result.proof] }
  }
  return { found: 'none', error: 'no-route', proof: [proofOf(node.routes)] }
}

type Rule = Partial<IpRule> & Pick<IpRule, 'priority' | 'unread'> & { goto?: number }

function rulesOf(all: IpRule[], family: Family): Rule[] {
  const own: Rule[] = all.filter((rule) => rule.family === family)
  return (own.length > 0 ? own : DEFAULT_RULES).toSorted((a, b) => a.priority - b.priority)
}

function applies(node: NodeState, rule: Rule, flow: Flow, skb: Skb): boolean {
  const selected =
    (rule.from === undefined ||
      (flow.source !== undefined ? contains(rule.from, flow.source) : prefixLength(rule.from) === 0)) &&
    (rule.to === undefined || contains(rule.to, flow.destination)) &&
    (rule.iif === undefined || rule.iif === flow.iif) &&
    (rule.oif === undefined || rule.oif === flow.oif) &&
    (rule.mark === undefined || (flow.mark & rule.mark.mask) >>> 0 === (rule.mark.value & rule.mark.mask) >>> 0)
  if (rule.unread.length > 0 && (selected || rule.not)) {
    const proof = [proofOf(node.rules, rule as IpRule)]
    throw unknown(
      node.name,
      `${node.name}/route`,
      `a rule of policy routing was not understood: ${rule.unread.join(' ')}`,
      proof,
      skb,
    )
  }
  return selected !== (rule.not ?? false)
}

/** Whether a device carries packets: administratively up, and with a carrier as far as the kernel says. */
export function carries(link: Link | undefined): boolean {
  if (!link?.up) return false
  return link.carrier ?? (link.operstate !== 'DOWN' && link.operstate !== 'LOWERLAYERDOWN')
}

interface Hop {
  dev: string
  gateway?: string
  weight: number
}

function inTable(j: Journey, node: NodeState, table: string, flow: Flow, skb: Skb): RouteResult | undefined {
  const matching: { route: Route; length: number; from: number; order: number }[] = []
  const routes = need(node, node.routes, skb)
  for (let order = 0; order < routes.length; order++) {
    const route = routes[order]!
    if (route.family !== flow.family || route.table !== table || !contains(route.destination, flow.destination))
      continue
    if (!concerns(node, route, flow, skb)) continue
    const from = route.from === undefined ? 0 : prefixLength(route.from)
    matching.push({ route, length: prefixLength(route.destination), from, order })
  }
  matching.sort(
    (a, b) => b.length - a.length || b.from - a.from || a.route.metric - b.route.metric || a.order - b.order,
  )
  for (const { route, length } of matching) {
    const proof = [proofOf(node.routes, route)]
    if (route.unread) {
      const why = `a route was not understood: ${route.unread.join(' ')}`
      throw unknown(node.name, `${node.name}/route`, why, proof, skb)
    }
    if (route.type === 'throw') return undefined
    if (route.type === 'blackhole' || route.type === 'unreachable' || route.type === 'prohibit') {
      return { found: 'none', error: route.type, proof }
    }
    // IPv6 keeps next hops of one route as routes of equal metric
    const siblings = matching.filter((other) => other.length === length && other.route.metric === route.metric)
    const hops = (
      flow.family === 6 && route.gateway && !route.nexthops ? siblings.map((s) => s.route) : [route]
    ).flatMap((r) => hopsOf(node, r, flow, skb))
    if (hops.length === 0) continue
    const used = flow.uses === undefined ? undefined : (hops.find(({ dev }) => dev === flow.uses) ?? hops[0]!)
    const at = `${node.name}/route`
    const why = 'several next hops: the kernel picks one by a hash of the addresses'
    const weights = hops.map((hop) => hop.weight)
    const choose = () => j.choose('hash', shares(weights), { node: node.name, at, why, proof })
    const hop = used ?? hops[hops.length > 1 ? choose() : 0]!
    const result: RouteResult = { found: 'route', type: route.type, dev: hop.dev, route, proof }
    if (hop.gateway !== undefined) result.gateway = hop.gateway
    return result
  }
  return undefined
}

/**
 * Whether a route counts for the packet at all: some are for a TOS (packets have none but ICMP errors of IPv4), some of IPv6 for sources.
 */
function concerns(node: NodeState, route: Route, flow: Flow, skb: Skb): boolean {
  const unsure = (why: string) => unknown(node.name, `${node.name}/route`, why, [proofOf(node.routes, route)], skb)
  if (route.tos) {
    if (skb.kind === 'error') throw unsure('whether a route for a TOS takes an ICMP error is not modelled')
    return false
  }
  if (route.from === undefined || prefixLength(route.from) === 0) return true
  if (flow.source === undefined) throw unsure('a route counts for some sources only, and the source is not chosen yet')
  return contains(route.from, flow.source)
}

function shares(weights: number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

/** Next hops of a route that are alive and leave by the asked device. */
function hopsOf(node: NodeState, route: Route, flow: Flow, skb: Skb): Hop[] {
  const all: (Hop & { flags: string[] })[] = route.nexthops
    ? route.nexthops
    : [
        {
          dev: route.dev ?? 'lo',
          weight: 1,
          flags: route.flags,
          ...(route.gateway === undefined ? {} : { gateway: route.gateway }),
        },
      ]
  return all.filter((hop) => {
    if (hop.flags.includes('dead')) return false
    if (
      hop.flags.includes('linkdown') &&
      isSet(node, `net/ipv${flow.family}/conf/${hop.dev}/ignore_routes_with_linkdown`, skb)
    ) {
      return false
    }
    return flow.oif === undefined || hop.dev === flow.oif
  })
}
