import type { Family } from '../model.ts'
import { addressBits, contains, isLoopback } from '../net.ts'
import type { Address } from '../parse/host.ts'
import { need } from './journey.ts'
import type { RouteResult } from './resolve-route.ts'
import type { Skb } from './skb.ts'
import type { NodeState } from './world.ts'

const SCOPES: Record<string, number> = { global: 0, site: 200, link: 253, host: 254, nowhere: 255 }

function scopeOf(text: string | undefined): number {
  return text === undefined ? 0 : (SCOPES[text] ?? Number(text))
}

/**
 * Source address of a packet that leaves by `result`: the route's `src`, else the best address of the out device, else one of another
 * device (IPv4: inet_select_addr; IPv6: RFC 6724 in its commonest rules). Undefined if the node has none of that family.
 */
export function selectSource(
  node: NodeState,
  result: RouteResult & { found: 'route' },
  destination: string,
  family: Family,
  skb?: Skb,
): string | undefined {
  const { route } = result
  if (route.source !== undefined) return route.source
  if (route.type === 'local') return destination
  return family === 4
    ? deviceAddress(node, result.dev, result.gateway, scopeOf(route.scope), skb)
    : sourceSix(node, result.dev, destination, skb)
}

/**
 * inet_select_addr: the first primary address of the device whose subnet holds `near`, else its first primary address, else one of
 * another device; never one of a narrower scope than asked.
 */
export function deviceAddress(
  node: NodeState,
  dev: string,
  near: string | undefined,
  scope: number,
  skb?: Skb,
): string | undefined {
  const all = need(node, node.addresses, skb).filter(
    (address) => address.family === 4 && !address.flags.includes('secondary'),
  )
  const usable = (address: Address) => scopeOf(address.scope) <= scope
  const own = all.filter((address) => address.dev === dev && usable(address))
  const matching = near === undefined ? undefined : own.find((address) => contains(subnet(address), near))
  const first = matching ?? own[0] ?? all.find((address) => usable(address) && address.scope !== 'link')
  return first?.address
}

/** The subnet that an address spans: its peer's where it has one. */
export function subnet(address: Address): string {
  return `${address.peer?.split('/')[0] ?? address.address}/${address.prefixLength}`
}

/** ipv6_dev_get_saddr: usable addresses of the out device first, then same scope, not deprecated, longest common prefix. */
export function sourceSix(node: NodeState, dev: string, destination: string, skb?: Skb): string | undefined {
  // to an address of link scope, and ::1 counts as one, only the device's own will do
  const near = isLoopback(destination) || contains('fe80::/10', destination)
  const candidates = need(node, node.addresses, skb).filter(
    (address) =>
      (!near || address.dev === dev) &&
      address.family === 6 &&
      (near || address.dev !== 'lo' || address.scope === 'global') &&
      !address.flags.includes('tentative') &&
      !address.flags.includes('dadfailed') &&
      (address.scope !== 'link' || address.dev === dev),
  )
  const wanted = contains('fe80::/10', destination) ? 'link' : 'global'
  const rank = (address: Address) => [
    address.address === destination ? 0 : 1,
    address.scope === wanted ? 0 : 1,
    address.flags.includes('deprecated') ? 1 : 0,
    address.dev === dev ? 0 : 1,
    -commonPrefix(address, destination),
  ]
  const ranked = candidates.map((address) => ({ address, rank: rank(address) }))
  ranked.sort((a, b) => {
    const at = a.rank.findIndex((value, index) => value !== b.rank[index])
    return at < 0 ? 0 : a.rank[at]! - b.rank[at]!
  })
  return ranked[0]?.address.address
}

/** Length of the common prefix, at most the source's own prefix (RFC 6724 section 2.2). */
function commonPrefix(address: Address, destination: string): number {
  const differing = (addressBits(address.address) ?? 0n) ^ (addressBits(destination) ?? 0n)
  const common = differing === 0n ? 128 : 128 - differing.toString(2).length
  return Math.min(common, address.prefixLength)
}
