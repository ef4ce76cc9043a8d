/** iptables matches that look at the packet itself: ports, ICMP, lengths, interfaces, address types. */
import { icmpCode, icmpType } from './icmp-types.ts'
import type { MatchReader } from './iptables-save-matches.ts'
import type { Option } from './iptables-save-options.ts'
import { readNumber, readRange, readRanges } from './iptables-save-values.ts'
import type { Field, Literal, Statement } from './rule.ts'
import { matchOf } from './rule-statements.ts'

/** Reads each option by its own reader; undefined as soon as one is not known. */
function each(options: Option[], read: (option: Option) => Statement | undefined): Statement[] | undefined {
  const statements: Statement[] = []
  for (const option of options) {
    const statement = read(option)
    if (!statement) return undefined
    statements.push(statement)
  }
  return statements
}

const one = (field: Field, literal: Literal | undefined, option: Option): Statement | undefined =>
  literal && option.args.length === 1 ? matchOf(field, [literal], option.not) : undefined

const flagBits = new Map([
  ['FIN', 1],
  ['SYN', 2],
  ['RST', 4],
  ['PSH', 8],
  ['ACK', 16],
  ['URG', 32],
  ['ALL', 63],
  ['NONE', 0],
])

function readFlags(text: string | undefined): number | undefined {
  let bits = 0
  for (const word of (text ?? '').split(',')) {
    const bit = flagBits.get(word)
    if (bit === undefined) return undefined
    bits |= bit
  }
  return bits
}

const ports: MatchReader = (options) =>
  each(options, (option) => {
    if (option.name === 'sport' || option.name === 'source-port') return one('sport', readRange(option.args[0]), option)
    if (option.name === 'dport' || option.name === 'destination-port')
      return one('dport', readRange(option.args[0]), option)
    if (option.name !== 'tcp-flags') return undefined
    const mask = readFlags(option.args[0])
    const value = readFlags(option.args[1])
    if (mask === undefined || value === undefined) return undefined
    return matchOf({ field: 'tcp.flags', mask }, [{ number: value }], option.not)
  })

const multiport: MatchReader = (options) =>
  each(options, (option) => {
    const right = readRanges(option.args[0])
    // --ports means source or destination, which is no conjunction of matches: unread.
    const field = { sports: 'sport', dports: 'dport' }[option.name] as 'sport' | 'dport' | undefined
    return right && field ? matchOf(field, right, option.not) : undefined
  })

const icmp: MatchReader = (options, family) => {
  const [option, more] = options
  if (!option || more || !['icmp-type', 'icmpv6-type'].includes(option.name)) return undefined
  const [text = '', codeText] = (option.args[0] ?? '').split('/')
  if (text === 'any' || text === '255') return option.not ? undefined : []
  const version = family === 'ip' ? 'icmp' : 'icmpv6'
  const type = icmpType(version, text)
  const code = codeText === undefined ? undefined : icmpCode(version, codeText)
  if (type === undefined || (codeText !== undefined && code === undefined)) return undefined
  const statements = [matchOf('icmp.type', [{ number: type }], option.not)]
  if (code === undefined) return statements
  // `! type/code` is a disjunction.
  return option.not ? undefined : [...statements, matchOf('icmp.code', [{ number: code }])]
}

const iprange: MatchReader = (options) =>
  each(options, (option) => {
    const [from, to, more] = (option.args[0] ?? '').split('-')
    const field = { 'src-range': 'saddr', 'dst-range': 'daddr' }[option.name] as 'saddr' | 'daddr' | undefined
    return field && from && to && more === undefined ? one(field, { range: [from, to] }, option) : undefined
  })

const length: MatchReader = (options) =>
  each(options, (option) =>
    option.name === 'length' ? one('length', readRange(option.args[0], ':', 0xffffffff), option) : undefined,
  )

/** -m ttl and -m hl. */
const ttl: MatchReader = (options) =>
  each(options, (option) => {
    const number = readNumber(option.args[0])
    const op = ({ eq: '==', lt: '<', gt: '>' } as const)[option.name.replace(/^(ttl|hl)-/, '') as 'eq']
    if (number === undefined || op === undefined || (option.not && op !== '==')) return undefined
    const match = matchOf('ttl', [{ number }], option.not)
    return op === '==' ? match : ({ ...match, op } as Statement)
  })

const dscp: MatchReader = (options) =>
  each(options, (option) => {
    const number = readNumber(option.args[0])
    return option.name === 'dscp' && number !== undefined ? one('dscp', { number }, option) : undefined
  })

const packetTypes = new Map([
  ['unicast', 'host'],
  ['broadcast', 'broadcast'],
  ['multicast', 'multicast'],
])

const pkttype: MatchReader = (options) =>
  each(options, (option) => {
    const text = packetTypes.get(option.args[0] ?? '')
    return option.name === 'pkt-type' && text ? one('pkttype', { text }, option) : undefined
  })

/**
 * A packet that no bridge passed on has no ports: the empty name, so that `! --physdev-in x` matches it (xt_physdev's own rule).
 * An output port is known for bridged packets only, hence is-bridged asks for it.
 */
const physdev: MatchReader = (options) =>
  each(options, (option) => {
    const [name] = option.args
    if (option.name === 'physdev-in' || option.name === 'physdev-out') {
      const field = option.name === 'physdev-in' ? 'physin' : 'physout'
      return name === undefined ? undefined : one(field, { text: name }, option)
    }
    if (name !== undefined) return undefined
    if (option.name === 'physdev-is-in') return matchOf('physin', [{ text: '' }], !option.not)
    if (option.name === 'physdev-is-out' || option.name === 'physdev-is-bridged')
      return matchOf('physout', [{ text: '' }], !option.not)
    return undefined
  })

const addrtype: MatchReader = (options) => {
  const limits = options.filter((option) => option.name.startsWith('limit-iface-'))
  const limitName = limits[0]?.name
  const limit = limitName === 'limit-iface-in' ? 'iif' : limitName === 'limit-iface-out' ? 'oif' : undefined
  if (limits.length > 1 || limits[0]?.not || (limitName && !limit)) return undefined
  return each(
    options.filter((option) => option !== limits[0]),
    (option) => {
      const types = (option.args[0] ?? '').toLowerCase().split(',')
      if (!types[0]) return undefined
      const right = types.map((text) => ({ text }))
      const field = { 'src-type': 'fib.saddr.type', 'dst-type': 'fib.daddr.type' }[option.name] as 'fib.saddr.type'
      return field ? matchOf(limit ? { field, limit } : field, right, option.not) : undefined
    },
  )
}

const owner: MatchReader = (options) =>
  each(options, (option) => {
    // Any owner at all; without one only `!=` holds.
    if (option.name === 'socket-exists') return matchOf('skuid', [{ range: [0, 0xffffffff] }], option.not)
    const field = { 'uid-owner': 'skuid', 'gid-owner': 'skgid' }[option.name] as 'skuid' | 'skgid' | undefined
    return field && one(field, readRange(option.args[0], '-', 0xffffffff), option)
  })

/** rpfilter passes a packet whose source is reached by the interface it came in by (loose: by any). xt_rpfilter(8). */
const rpfilter: MatchReader = (options) => {
  const names = options.map((option) => option.name)
  if (!names.every((name) => ['loose', 'validmark', 'invert'].includes(name))) return undefined
  const left = {
    field: 'fib.saddr.oif' as const,
    ...(names.includes('loose') ? {} : { limit: 'iif' as const }),
    ...(names.includes('validmark') ? { withMark: true as const } : {}),
  }
  return [matchOf(left, [{ text: '' }], !names.includes('invert'))]
}

/** Matches of IPv6 extension headers: whatever they ask of the header, a packet without it does not match. */
const exthdr =
  (word: string): MatchReader =>
  () => [matchOf('exthdr', [{ bits: [word] }])]

export const packetMatches: [string, MatchReader][] = [
  ['tcp', ports],
  ['udp', ports],
  ['udplite', ports],
  ['sctp', ports],
  ['dccp', ports],
  ['multiport', multiport],
  ['icmp', icmp],
  ['icmp6', icmp],
  ['iprange', iprange],
  ['length', length],
  ['ttl', ttl],
  ['hl', ttl],
  ['dscp', dscp],
  ['pkttype', pkttype],
  ['physdev', physdev],
  ['addrtype', addrtype],
  ['owner', owner],
  ['rpfilter', rpfilter],
  ['rt', exthdr('rt')],
  ['frag', exthdr('frag')],
  ['hbh', exthdr('hbh')],
  ['dst', exthdr('dst')],
  ['mh', exthdr('mh')],
]
