import type { Literal } from './rule.ts'

/** Whole number in decimal or `0x` form up to 2^32-1, or undefined. */
export function readNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d{1,10}|0x[0-9a-fA-F]{1,8})$/.test(text)) return undefined
  const value = Number(text)
  return value <= 0xffffffff ? value : undefined
}

/** `value[/mask]` as xt_mark prints it; the mask is all ones where it is absent. */
export function readMasked(text: string | undefined): { value: number; mask: number } | undefined {
  const [value, mask, more] = (text ?? '').split('/')
  const v = readNumber(value)
  const m = mask === undefined ? 0xffffffff : readNumber(mask)
  return v === undefined || m === undefined || more !== undefined ? undefined : { value: v, mask: m }
}

/** `80`, `1:1023` or, with `between` '-', `80-90`: one number or an inclusive range. An open end is `highest`. */
export function readRange(text: string | undefined, between = ':', highest = 65535): Literal | undefined {
  const [first = '', last, more] = (text ?? '').split(between)
  if (last === undefined) {
    const number = readNumber(first)
    return number === undefined ? undefined : { number }
  }
  const from = first === '' ? 0 : readNumber(first)
  const to = last === '' ? highest : readNumber(last)
  if (from === undefined || to === undefined || more !== undefined) return undefined
  return from === to ? { number: from } : { range: [from, to] }
}

/** `80,443,1000:2000` as multiport prints it. */
export function readRanges(text: string | undefined): Literal[] | undefined {
  const ranges: Literal[] = []
  for (const part of (text ?? '').split(',')) {
    const range = readRange(part)
    if (!range) return undefined
    ranges.push(range)
  }
  return ranges
}

const hostPrefix = { ip: '/32', ip6: '/128' }

/** Hexadecimal digits with dots or colons, up to `end`. */
function isAddressText(text: string, end: number): boolean {
  let separators = 0
  for (let i = 0; i < end; i++) {
    const code = text.charCodeAt(i)
    // `.` stands before the digits, `:` right behind them.
    if (code === 46 || code === 58) separators++
    else if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70))) return false
  }
  return separators > 0
}

/** Address or prefix as after -s/-d: `10.0.0.1/32` is an address. Undefined for a netmask that is no prefix. */
export function readAddress(text: string | undefined, family: 'ip' | 'ip6'): Literal | undefined {
  const slash = text?.indexOf('/') ?? 0
  if (!text || slash === 0 || !isAddressText(text, slash < 0 ? text.length : slash)) return undefined
  if (slash < 0) return { address: text }
  if (text.endsWith(hostPrefix[family])) return { address: text.slice(0, slash) }
  if (!/^\d{1,3}$/.test(text.slice(slash + 1))) return undefined
  return text.endsWith('/0') ? { any: true } : { prefix: text }
}

const protocolNames = new Map<string, string>([
  ['tcp', 'tcp'],
  ['udp', 'udp'],
  ['sctp', 'sctp'],
  ['icmp', 'icmp'],
  ['icmpv6', 'icmpv6'],
  ['ipv6-icmp', 'icmpv6'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['132', 'sctp'],
  ['1', 'icmp'],
  ['58', 'icmpv6'],
  // Names that /etc/protocols gives to numbers seen in firewalls.
  ['ip', '0'],
  ['hopopt', '0'],
  ['igmp', '2'],
  ['ipencap', '4'],
  ['ipip', '4'],
  ['dccp', '33'],
  ['ipv6', '41'],
  ['ipv6-route', '43'],
  ['ipv6-frag', '44'],
  ['gre', '47'],
  ['esp', '50'],
  ['ipv6-crypt', '50'],
  ['ah', '51'],
  ['ipv6-auth', '51'],
  ['ipv6-nonxt', '59'],
  ['ipv6-opts', '60'],
  ['ospf', '89'],
  ['ospfigp', '89'],
  ['pim', '103'],
  ['vrrp', '112'],
  ['carp', '112'],
  ['mobility-header', '135'],
  ['ipv6-mh', '135'],
  ['udplite', '136'],
])

/** Protocol in the rule language's words (`icmpv6`, other protocols by number), or undefined for a name not known. */
export function readProtocol(text: string): string | undefined {
  return protocolNames.get(text) ?? (/^\d{1,3}$/.test(text) ? text : undefined)
}
