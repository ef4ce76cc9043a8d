import { addressText } from '../net.ts'
import type { Read, Route } from './host.ts'
import { type LineReading, type Parsed, readLines } from './lines.ts'

/** Flags of include/uapi/linux/route.h and ipv6_route.h. */
const UP = 0x1
const GATEWAY = 0x2
const REJECT = 0x200
const ANYCAST = 0x100000
const LOCAL = 0x80000000

/**
 * Reads a pod's routes where its image has no `ip`: /proc/net/route (table main, first next hop only) and /proc/net/ipv6_route
 * (all tables), each below a heading `== /proc/net/route`. The kernel does not say there which kind of reject a route is:
 * such a route is `unreachable` here; nor does it say sources, scopes or MTUs.
 */
export function parseProcRoutes(text: string): Parsed<Route> {
  return readLines(text, (at) => {
    const words = at.raw.trim().split(/\s+/)
    if (words[0] === 'Iface' || /^== \/proc\/net\/(ipv6_)?route$/.test(at.raw.trim())) return []
    if (words.length === 10 && /^[0-9a-f]{32}$/.test(words[0]!)) return ofSix(words, at)
    return words.length === 11 ? ofFour(words, at) : 'not a line of /proc/net/route or ipv6_route'
  })
}

/** `eth0 00000000 01001EAC 0003 0 0 0 00000000 0 0 0`: addresses in the machine's (little) byte order, the metric decimal. */
function ofFour(words: string[], at: Read): LineReading<Route> {
  const [dev, destination, gateway, flagText, , , metric, mask] = words as [string, ...string[]]
  const to = little(destination)
  const via = little(gateway)
  const length = lengthOf(little(mask))
  const flags = Number.parseInt(flagText ?? '', 16)
  if (
    to === undefined ||
    via === undefined ||
    length === undefined ||
    Number.isNaN(flags) ||
    !/^\d{1,10}$/.test(metric ?? '')
  )
    return 'not a line of /proc/net/route'
  const nowhere = dev === '*'
  const route: Route = {
    ...at,
    family: 4,
    type: flags & REJECT ? 'unreachable' : nowhere ? 'blackhole' : 'unicast',
    destination: `${addressText(4, to)}/${length}`,
    table: 'main',
    metric: Number(metric),
    flags: flags & UP ? [] : ['dead'],
  }
  if (!nowhere) route.dev = dev
  // A gateway of the other family is printed as 0.0.0.0.
  if (flags & GATEWAY && via !== 0n) route.gateway = addressText(4, via)
  return [route]
}

/** `fd00… 40 0000… 00 fd00… 00000400 00000002 00000000 00000003 eth0`: destination, source, gateway, metric, counts, flags, device. */
function ofSix(words: string[], at: Read): LineReading<Route> {
  const [destination, length, source, sourceLength, gateway, metric, , , flagText, dev] = words as [string, ...string[]]
  const numbers = [length, sourceLength, metric, flagText].map((word) =>
    /^[0-9a-f]{2,8}$/.test(word ?? '') ? Number.parseInt(word!, 16) : -1,
  )
  const [bits, sourceBits, distance, flags] = numbers as [number, number, number, number]
  const addresses = [destination, source, gateway].map((word) =>
    /^[0-9a-f]{32}$/.test(word ?? '') ? addressText(6, BigInt(`0x${word}`)) : undefined,
  )
  const [to, from, via] = addresses
  if (numbers.includes(-1) || bits > 128 || sourceBits > 128 || !to || !from || !via || !dev)
    return 'not a line of /proc/net/ipv6_route'
  // The kernel's own last resort, not a route that anybody made.
  if (distance === 0xffffffff && flags & REJECT && bits === 0) return []
  const group = to.startsWith('ff')
  // Flags have 32 bits, of which JavaScript's `&` takes the highest for a sign.
  const local = (flags & LOCAL) !== 0
  const type =
    flags & REJECT ? 'unreachable' : local ? 'local' : flags & ANYCAST ? 'anycast' : group ? 'multicast' : 'unicast'
  const route: Route = {
    ...at,
    family: 6,
    type,
    destination: `${to}/${bits}`,
    table: local || group || flags & ANYCAST ? 'local' : 'main',
    metric: distance,
    flags: flags & UP || flags & REJECT ? [] : ['dead'],
    dev,
  }
  if (flags & GATEWAY) route.gateway = via
  if (sourceBits > 0) route.from = `${from}/${sourceBits}`
  return [route]
}

function little(hex: string | undefined): bigint | undefined {
  if (hex === undefined || !/^[0-9A-F]{8}$/.test(hex)) return undefined
  return BigInt(`0x${hex.slice(6)}${hex.slice(4, 6)}${hex.slice(2, 4)}${hex.slice(0, 2)}`)
}

/** Prefix length of a netmask; undefined for one with holes. */
function lengthOf(mask: bigint | undefined): number | undefined {
  const ones = mask?.toString(2).padStart(32, '0')
  return ones !== undefined && /^1*0*$/.test(ones) ? ones.replaceAll('0', '').length : undefined
}
