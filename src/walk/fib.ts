import { contains } from '../net.ts'
import type { Hook } from '../parse/rule.ts'
import type { Journey } from './journey.ts'
import { need } from './journey.ts'
import { resolveRoute } from './resolve-route.ts'
import type { Skb } from './skb.ts'
import { UNDECIDED, type Value } from './values.ts'
import type { NodeState } from './world.ts'

interface Limits {
  limit?: 'iif' | 'oif'
  withMark?: true
}

/**
 * Kind of an address as `fib … type` and addrtype see it. IPv4 looks only into the local table (inet_dev_addr_type): what is not there
 * is unicast. With a device limit a local address counts only if it is that device's own; IPv6 then calls another device's unicast
 * (nft_fib6_eval_type), or, in ip6tables, looks only at routes by that device (match_lookup_rt6).
 */
export function fibType(j: Journey, node: NodeState, skb: Skb, address: string, limits: Limits, strict = false): Value {
  const { limit } = limits
  const dev = limit === 'iif' ? skb.iif : limit === 'oif' ? skb.oif : undefined
  if (skb.family === 4) {
    if (address === '0.0.0.0' || address === '255.255.255.255') return 'broadcast'
    if (contains('224.0.0.0/4', address)) return 'multicast'
    const found = need(node, node.routes, skb)
      .filter((route) => route.family === 4 && route.table === 'local' && contains(route.destination, address))
      .toSorted((a, b) => Number(b.destination.split('/')[1] ?? 32) - Number(a.destination.split('/')[1] ?? 32))[0]
    return found && (dev === undefined || found.dev === dev) ? found.type : 'unicast'
  }
  if (contains('ff00::/8', address)) return 'multicast'
  if (dev && need(node, node.addresses, skb).some((own) => own.dev === dev && own.address === address)) return 'local'
  const flow = { family: skb.family, destination: address, iif: 'lo', mark: 0 }
  const result = resolveRoute(j, node, { ...flow, ...(dev && (strict || isNear(address)) && { oif: dev }) }, skb)
  if (result.found === 'none') return result.error === 'no-route' ? 'unreachable' : result.error
  return dev && result.type === 'local' ? 'unicast' : result.type
}

/** Addresses of link scope are looked for behind the one device only. */
function isNear(address: string): boolean {
  return contains('fe80::/10', address)
}

/** What addrtype of ip6tables calls an address: every unicast address is that, whatever else it is (match_type6). */
export function addressTypesSix(j: Journey, node: NodeState, skb: Skb, address: string, limits: Limits): Value {
  const type = fibType(j, node, skb, address, limits, true)
  return type === 'multicast' || typeof type !== 'string' ? type : [...new Set(['unicast', type])]
}

/**
 * Name of the device by which the packet's source would be reached, '' if by none (rpfilter, `fib saddr . iif oif`). With a device limit
 * the route is the same, and must go by that device: a shorter one that would does not help. What comes in by lo
 * passes unseen in PREROUTING; in INPUT only since Linux 6.16 (nft_fib_can_skip).
 */
export function sourceDevice(j: Journey, node: NodeState, skb: Skb, limits: Limits, hook: Hook): Value {
  if (skb.iif !== 'lo' || (hook !== 'prerouting' && hook !== 'input')) return lookedUp(j, node, skb, limits)
  return hook === 'prerouting' || lookedUp(j, node, skb, limits) === 'lo' ? 'lo' : UNDECIDED
}

function lookedUp(j: Journey, node: NodeState, skb: Skb, { limit, withMark }: Limits): Value {
  const dev = limit === 'iif' ? skb.iif : limit === 'oif' ? skb.oif : ''
  const flow = {
    family: skb.family,
    destination: skb.source,
    source: skb.destination,
    iif: 'lo',
    mark: withMark ? skb.mark : 0,
    ...(dev !== '' && (isNear(skb.source) ? { oif: dev } : { uses: dev })),
  }
  const result = resolveRoute(j, node, flow, skb)
  if (result.found === 'none') return ''
  if (result.type === 'local') return dev === 'lo' || dev === '' ? 'lo' : ''
  return result.type === 'unicast' && (dev === '' || result.dev === dev) ? result.dev : ''
}
