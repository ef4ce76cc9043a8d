import { icmpCode, icmpType } from './icmp-types.ts'
import { readProtocol } from './iptables-save-values.ts'
import type { Json } from './nft-json.ts'
import { asArray, asNumber, asObject, asText } from './nft-json.ts'
import type { Literal } from './rule.ts'

/** What a value means; nft prints it by name or number according to the type of what it is compared with. */
export type Kind =
  | 'address'
  | 'number' // ports, marks, lengths, users …
  | 'protocol'
  | 'name' // interfaces
  | 'nfproto'
  | 'pkttype'
  | 'word' // address types, directions
  | 'dscp'
  | 'state'
  | 'status'
  | 'tcp-flags'
  | 'icmp-type'
  | 'icmpv6-type'
  | 'icmp-code'
  | 'icmpv6-code'
  | 'guess' // a map's value, whose type its text shows

export const tcpFlagBits = new Map([
  ['fin', 1],
  ['syn', 2],
  ['rst', 4],
  ['psh', 8],
  ['ack', 16],
  ['urg', 32],
  ['ecn', 64],
  ['cwr', 128],
])

/** Header bits of flag words or a number, or undefined. */
export function readTcpFlags(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return value
  let bits = 0
  for (const word of asArray(value)) {
    const bit = tcpFlagBits.get(asText(word) ?? '')
    if (bit === undefined) return undefined
    bits |= bit
  }
  return bits
}

const dscpNames = new Map<string, number>([
  ['df', 0],
  ['be', 0],
  ['lephb', 1],
  ['ef', 46],
  ['va', 44],
  ...Array.from({ length: 8 }, (_, i): [string, number] => [`cs${i}`, i * 8]),
  ...[1, 2, 3, 4].flatMap((c) => [1, 2, 3].map((d): [string, number] => [`af${c}${d}`, c * 8 + d * 2])),
])

/** Ethernet protocols under their nft names in the words of the `nfproto` field. */
const networkProtocols = new Map([
  ['ipv4', 'ipv4'],
  ['ip', 'ipv4'],
  ['ipv6', 'ipv6'],
  ['ip6', 'ipv6'],
  ['arp', 'arp'],
  ['8021q', 'vlan'],
  ['vlan', 'vlan'],
  ['8021ad', 'qinq'],
])

const packetTypes = new Map([
  ['host', 'host'],
  ['unicast', 'host'],
  ['broadcast', 'broadcast'],
  ['multicast', 'multicast'],
  ['other', 'other'],
])

const states = new Set(['new', 'established', 'related', 'invalid', 'untracked'])

const isAddress = (text: string): boolean => /^([\d.]+|[\da-fA-F.]*:[\da-fA-F:.]*)$/.test(text)
const ofText = (text: string | undefined): Literal | undefined => (text === undefined ? undefined : { text })
const ofNumber = (number: number | undefined): Literal | undefined => (number === undefined ? undefined : { number })

function number(value: Json): number | undefined {
  if (typeof value === 'string' && /^(\d+|0x[\da-fA-F]+)$/.test(value)) return Number(value)
  return asNumber(value)
}

function scalar(value: string | number, kind: Kind): Literal | undefined {
  const text = String(value)
  switch (kind) {
    case 'address':
      return isAddress(text) ? { address: text } : undefined
    case 'number':
      return ofNumber(number(value))
    case 'protocol':
      return ofText(readProtocol(text))
    case 'name':
      return { text }
    case 'nfproto':
      return ofText(networkProtocols.get(text))
    case 'pkttype':
      return ofText(packetTypes.get(text))
    case 'word':
      return typeof value === 'string' ? { text } : undefined
    case 'dscp':
      return ofNumber(number(value) ?? dscpNames.get(text))
    case 'state':
      return states.has(text) ? { bits: [text] } : undefined
    case 'tcp-flags':
      return ofNumber(readTcpFlags(value))
    case 'icmp-type':
    case 'icmpv6-type':
      return ofNumber(icmpType(kind === 'icmp-type' ? 'icmp' : 'icmpv6', value))
    case 'icmp-code':
    case 'icmpv6-code':
      return ofNumber(icmpCode(kind === 'icmp-code' ? 'icmp' : 'icmpv6', value))
    case 'guess':
      return typeof value === 'number' ? { number: value } : isAddress(text) ? { address: text } : { text }
    case 'status':
      return undefined
  }
}

function readPrefix(body: Json | undefined): Literal | undefined {
  const object = asObject(body)
  const address = asText(object?.['addr'])
  const length = asNumber(object?.['len'])
  if (!address || length === undefined || !isAddress(address)) return undefined
  if (length === 0) return { any: true }
  return length === (address.includes(':') ? 128 : 32) ? { address } : { prefix: `${address}/${length}` }
}

function readRange(body: Json | undefined, kind: Kind): Literal | undefined {
  const [first, last, more] = asArray(body)
  if (first === undefined || last === undefined || more !== undefined) return undefined
  const from = readLiteral(first, kind)
  const to = readLiteral(last, kind)
  if (!from || !to) return undefined
  if ('number' in from && 'number' in to) return { range: [from.number, to.number] }
  return 'address' in from && 'address' in to ? { range: [from.address, to.address] } : undefined
}

/** One value: plain, `{prefix}`, `{range}`, `{concat}` (with a kind for each part), `{elem}` or `*`; undefined if not understood. */
export function readLiteral(value: Json | undefined, kind: Kind | Kind[]): Literal | undefined {
  if (value === '*') return { any: true }
  if (typeof value === 'string' || typeof value === 'number') {
    return Array.isArray(kind) ? undefined : scalar(value, kind)
  }
  const object = asObject(value)
  if (!object) return undefined
  if (object['elem'] !== undefined) return readLiteral(asObject(object['elem'])?.['val'], kind)
  if (object['concat'] !== undefined) {
    const parts = asArray(object['concat'])
    const kinds = Array.isArray(kind) ? kind : kind === 'guess' ? parts.map(() => kind) : []
    if (parts.length !== kinds.length) return undefined
    const tuple: Literal[] = []
    for (const [i, part] of parts.entries()) {
      const literal = readLiteral(part, kinds[i] as Kind)
      if (!literal) return undefined
      tuple.push(literal)
    }
    return { tuple }
  }
  if (Array.isArray(kind)) return undefined
  if (object['prefix'] !== undefined)
    return kind === 'address' || kind === 'guess' ? readPrefix(object['prefix']) : undefined
  return object['range'] === undefined ? undefined : readRange(object['range'], kind)
}
