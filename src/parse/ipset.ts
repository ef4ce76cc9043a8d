import { familyOf } from '../net.ts'
import { icmpCode, icmpType } from './icmp-types.ts'
import { readProtocol } from './iptables-save-values.ts'
import type { IpsetDump, Literal, NamedSet, Operand, SetElement, Unread } from './rule.ts'
import { operand } from './rule-statements.ts'

type Family = 'ip' | 'ip6'

/** Words behind the key that say how long or how often, not what: they take a value. */
const withValue = new Set(['timeout', 'packets', 'bytes', 'comment', 'skbmark', 'skbprio', 'skbqueue'])

function readAddress(text: string, family: Family): Literal | undefined {
  const [from, to, more] = text.split('-')
  if (from && to && more === undefined && familyOf(from) && familyOf(to)) return { range: [from, to] }
  const known = family === 'ip' ? /^[\d.]+(\/\d+)?$/ : /^[0-9a-fA-F:.]+(\/\d+)?$/
  if (!known.test(text)) return undefined
  if (text.endsWith('/0')) return { any: true }
  return text.includes('/') ? { prefix: text } : { address: text }
}

function readPort(text: string): Literal | undefined {
  const ports = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text)
  if (!ports) return undefined
  return ports[2] === undefined ? { number: Number(ports[1]) } : { range: [Number(ports[1]), Number(ports[2])] }
}

/** `tcp:80`: two parts, protocol and port. Of ICMP the kernel takes type*256+code for a port; other protocols have port 0. */
function readProtocolPort(text: string): Literal[] | undefined {
  const colon = text.indexOf(':')
  const protocol = colon < 0 ? 'tcp' : readProtocol(text.slice(0, colon).toLowerCase())
  if (!protocol) return undefined
  const value = text.slice(colon + 1)
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    const [type = '', code = '0'] = value.split('/')
    const t = icmpType(protocol, type)
    const c = icmpCode(protocol, code)
    return t === undefined || c === undefined ? undefined : [{ text: protocol }, { number: t * 256 + c }]
  }
  const port = readPort(value)
  return port && [{ text: protocol }, port]
}

/** `eth0` or `physdev:eth0` of hash:net,iface. */
const readInterface = (text: string): Literal | undefined =>
  text === '' || text.startsWith('physdev:') ? undefined : { text }

function readKey(type: string, text: string, family: Family): Literal | undefined {
  const kinds = type.slice(type.indexOf(':') + 1).split(',')
  const parts = text.split(',')
  if (kinds.length !== parts.length) return undefined
  const literals: Literal[] = []
  for (const [i, kind] of kinds.entries()) {
    const part = parts[i] ?? ''
    let read: Literal | Literal[] | undefined
    if (kind === 'ip' || kind === 'net') read = readAddress(part, family)
    else if (kind === 'port') read = type === 'bitmap:port' ? readPort(part) : readProtocolPort(part)
    else if (kind === 'iface') read = readInterface(part)
    else if (kind === 'mark' && /^(0x[\da-fA-F]+|\d+)$/.test(part)) read = { number: Number(part) }
    if (!read) return undefined
    for (const literal of Array.isArray(read) ? read : [read]) literals.push(literal)
  }
  return literals.length === 1 ? literals[0] : { tuple: literals }
}

/** `add NAME KEY [nomatch] [timeout N] …`; false where the line is not understood. `netmask`: what hash:ip was created with. */
function readAdd(set: NamedSet, words: string[], line: number, netmask: string | undefined): boolean {
  const [, , text = '', ...options] = words
  if (set.type === 'list:set') {
    set.members?.push(text)
    set.elements.push({ key: { text }, line })
    return true
  }
  const key = readKey(set.type, netmask ? `${text}/${netmask}` : text, set.family ?? 'ip')
  if (!key) return false
  const element: SetElement = { key, line }
  for (let i = 0; i < options.length; i++) {
    const word = options[i] ?? ''
    if (word === 'nomatch') element.nomatch = true
    else if (withValue.has(word)) i++
    else return false
  }
  set.elements.push(element)
  return true
}

/** Reads `ipset save`; lines from 1. Sets and elements that are not understood are listed as unread. */
export function parseIpset(text: string): IpsetDump {
  const sets = new Map<string, NamedSet>()
  const netmasks = new Map<string, string>()
  const unread: Unread[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const words: string[] = raw.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? []
    const [action, name = '', type = ''] = words
    if (action === undefined || action.startsWith('#')) continue
    const set = sets.get(name)
    const netmask = words[words.indexOf('netmask') + 1]
    const masked = words.includes('netmask') || words.includes('bitmask')
    if (action === 'create' && set) {
      unread.push({ line, text: raw, why: `set ${name} is declared twice` })
    } else if (action === 'create' && /^(hash|bitmap|list):\w/.test(type)) {
      if (masked && !(/^(hash|bitmap):ip$/.test(type) && /^\d+$/.test(netmask ?? ''))) {
        unread.push({ line, text: raw, why: 'a netmask for this type is not understood' })
        continue
      }
      if (masked && netmask) netmasks.set(name, netmask)
      const named = words[words.indexOf('family') + 1] === 'inet6' ? 'ip6' : 'ip'
      const family = words.includes('family') ? { family: named as Family } : {}
      const members = type === 'list:set' ? { members: [] } : {}
      // A set that forgets its elements after a time is filled by rules or daemons: a snapshot.
      const dynamic = words.includes('timeout') ? { dynamic: true } : {}
      sets.set(name, { name, type, elements: [], line, ...family, ...members, ...dynamic })
    } else if (action !== 'add' || !set) {
      unread.push({
        line,
        text: raw,
        why: action === 'add' ? `set ${name} is not declared` : 'no line that ipset prints',
      })
    } else if (!readAdd(set, words, line, netmasks.get(name))) {
      set.incomplete = true
      unread.push({ line, text: raw, why: `an element of ${set.type} that is not understood` })
    }
  }
  return { sets, unread }
}

const addressFields = { src: 'saddr', dst: 'daddr' } as const
const portFields = { src: 'sport', dst: 'dport' } as const
const interfaceFields = { src: 'iifname', dst: 'oifname' } as const

/**
 * What `--match-set NAME dirs` looks up in this set, in the shape of its elements: hash:ip,port by `dst,dst` reads daddr, l4proto and
 * dport. Undefined for a set whose key is not read (MAC addresses) or too few directions. For list:set ask each member instead.
 */
export function ipsetKey(set: NamedSet, dirs: ('src' | 'dst')[]): Operand | undefined {
  const operands: Operand[] = []
  for (const [i, kind] of set.type
    .slice(set.type.indexOf(':') + 1)
    .split(',')
    .entries()) {
    const dir = dirs[i]
    if (kind === 'mark') operands.push(operand('mark'))
    else if (!dir) return undefined
    else if (kind === 'ip' || kind === 'net') operands.push(operand(addressFields[dir]))
    else if (kind === 'iface') operands.push(operand(interfaceFields[dir]))
    else if (kind === 'port' && set.type === 'bitmap:port') operands.push(operand(portFields[dir]))
    else if (kind === 'port') operands.push(operand('l4proto'), operand(portFields[dir]))
    else return undefined
  }
  return operands.length === 1 ? operands[0] : { concat: operands }
}
