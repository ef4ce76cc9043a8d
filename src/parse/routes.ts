import type { Family } from '../model.ts'
import { canonicalAddress, canonicalCidr, familyOf } from '../net.ts'
import type { Read, Route, RouteType } from './host.ts'
import type { LineReading, Parsed } from './lines.ts'
import { type Fields, readObjects } from './objects.ts'

const TYPES: readonly string[] = [
  'unicast',
  'local',
  'broadcast',
  'multicast',
  'anycast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
] satisfies RouteType[]

/** Properties that change where or for whom a route counts and that `Route` cannot express. */
const STRANGE = ['encap', 'ttl-propagate', 'ttl_propogate', 'iif', 'oif']

/**
 * Reads `ip -j route show table all`. `family` is that of the question; it decides only for a default route that carries no
 * address at all, since without -4 the command lists IPv6 routes as well.
 */
export function parseRoutes(text: string, family: Family): Parsed<Route> {
  return readObjects(text, (o, at) => routeOf(o, at, familyOfRoute(o) ?? family))
}

function routeOf(o: Fields, at: Read, family: Family): LineReading<Route> {
  const type = o.text('type') ?? 'unicast'
  if (!TYPES.includes(type)) return `route type ${type}`
  const destination = prefixOf(o.text('dst'), family)
  if (destination === undefined) return 'a route whose destination is no address'
  const route: Route = {
    ...at,
    family,
    type: type as RouteType,
    destination,
    table: o.text('table') ?? 'main',
    metric: o.whole('metric') ?? 0,
    flags: o.texts('flags'),
  }
  const dev = o.text('dev')
  const gateway = gatewayOf(o)
  const source = canonicalAddress(o.text('prefsrc') ?? '')
  const scope = o.text('scope')
  const protocol = o.text('protocol')
  const from = prefixOf(o.text('from'), family)
  const tos = o.whole('tos')
  const mtu = o
    .list('metrics')
    .map((m) => m.whole('mtu'))
    .find((m) => m !== undefined)
  if (dev !== undefined) route.dev = dev
  if (gateway !== undefined) route.gateway = gateway
  if (source !== undefined) route.source = source
  if (scope !== undefined) route.scope = scope
  if (protocol !== undefined) route.protocol = protocol
  if (from !== undefined) route.from = from
  if (tos !== undefined) route.tos = tos
  if (mtu !== undefined) route.mtu = mtu
  const nexthops = o.list('nexthops').map(nexthopOf)
  if (nexthops.length > 0) route.nexthops = nexthops
  const strange = STRANGE.filter((key) => o.has(key) || o.list('nexthops').some((hop) => hop.has(key)))
  if (strange.length > 0) route.unread = strange
  return [route]
}

/** CIDR of `default`, an address or a prefix. */
function prefixOf(text: string | undefined, family: Family): string | undefined {
  if (text === 'default' || text === 'all') return family === 4 ? '0.0.0.0/0' : '::/0'
  return text === undefined ? undefined : canonicalCidr(text)
}

/** `gateway`, or `via` where the gateway is of the other family (RFC 5549). */
function gatewayOf(o: Fields): string | undefined {
  return canonicalAddress(o.text('gateway') ?? o.inner('via')?.text('host') ?? '')
}

function nexthopOf(o: Fields): NonNullable<Route['nexthops']>[number] {
  const hop: NonNullable<Route['nexthops']>[number] = {
    dev: o.text('dev') ?? '',
    weight: o.whole('weight') ?? 1,
    flags: o.texts('flags'),
  }
  const gateway = gatewayOf(o)
  if (gateway !== undefined) hop.gateway = gateway
  return hop
}

/** Only IPv6 routes have a preference; else the first address tells. */
function familyOfRoute(o: Fields): Family | undefined {
  if (o.has('pref')) return 6
  for (const key of ['dst', 'gateway', 'prefsrc']) {
    const family = familyOf(o.text(key) ?? '')
    if (family) return family
  }
  for (const hop of o.list('nexthops')) {
    const family = familyOf(hop.text('gateway') ?? '')
    if (family) return family
  }
  return undefined
}
