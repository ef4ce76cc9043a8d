import { addressText, canonicalAddress } from '../net.ts'
import type { Read, VirtualServer } from './host.ts'
import { type LineReading, type Parsed, readLines } from './lines.ts'

type Server = VirtualServer['servers'][number]
type Service = Pick<VirtualServer, 'protocol' | 'address' | 'port'>

/**
 * Reads IPVS's table from /proc/net/ip_vs (hexadecimal) or `ipvsadm -Sn`; also one after the other, then what the second
 * says again is merged. A server line without its virtual server is unread.
 */
export function parseIpvs(text: string): Parsed<VirtualServer> {
  const known = new Map<string, VirtualServer>()
  const ends = new Set<string>()
  let current: VirtualServer | undefined
  const declare = (service: Service, rest: Partial<VirtualServer>, at: Read): LineReading<VirtualServer> => {
    const key = `${service.protocol} ${service.address} ${service.port}`
    const before = known.get(key)
    current = before ?? { ...at, ...service, scheduler: '', servers: [] }
    Object.assign(current, rest)
    known.set(key, current)
    return before ? [] : [current]
  }
  const add = (service: VirtualServer | undefined, server: Server): LineReading<VirtualServer> => {
    if (!service) return 'a real server without its virtual server'
    const key = `${service.line} ${server.address} ${server.port}`
    if (!ends.has(key)) service.servers.push(server)
    ends.add(key)
    return []
  }
  return readLines(text, (at) => {
    const words = at.raw.trim().split(/\s+/)
    const first = words[0]!
    if (first === '-A' || first === '-a') {
      const line = saved(words.slice(1))
      if (typeof line === 'string') return line
      if (first === '-A') return declare(line.service, line.rest, at)
      const { service } = line
      if (!line.server) return 'a real server without an address'
      return add(known.get(`${service.protocol} ${service.address} ${service.port}`), { ...at, ...line.server })
    }
    if (first === 'IP' || first === 'Prot' || words[1] === 'RemoteAddress:Port') return []
    if (first === '->') {
      const end = endOf(words[1])
      const weight = wholeOf(words[3])
      if (!end || words[2] === undefined || weight === undefined) return 'not a real server of ip_vs'
      return add(current, { ...at, ...end, method: words[2].toLowerCase(), weight })
    }
    const service = serviceOf(first, words[1])
    if (!service || words[2] === undefined) return 'not a virtual server of ip_vs'
    const persistent = words[3] === 'persistent' ? wholeOf(words[4]) : undefined
    return declare(service, { scheduler: words[2], ...(persistent === undefined ? {} : { persistent }) }, at)
  })
}

const PROTOCOLS = new Map<string, VirtualServer['protocol']>([
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['SCTP', 'sctp'],
  ['-t', 'tcp'],
  ['-u', 'udp'],
  ['--sctp-service', 'sctp'],
])

const METHODS = new Map([
  ['-m', 'masq'],
  ['-g', 'route'],
  ['-i', 'tunnel'],
])

interface Saved {
  service: Service
  rest: Partial<VirtualServer>
  server?: Omit<Server, 'line' | 'raw'>
}

/** The options of one line of `ipvsadm -Sn`; those without influence on where packets go are passed over. */
function saved(words: string[]): Saved | string {
  let service: Service | undefined
  const rest: Partial<VirtualServer> = {}
  let server: { address: string; port: number } | undefined
  let method = 'route'
  let weight = 1
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (PROTOCOLS.has(word) || word === '-f') service = serviceOf(word, words[++at])
    else if (word === '-s') rest.scheduler = words[++at] ?? ''
    else if (word === '-p') rest.persistent = wholeOf(words[++at]) ?? 0
    else if (word === '-r') server = endOf(words[++at])
    else if (word === '-w') weight = wholeOf(words[++at]) ?? 0
    else if (METHODS.has(word)) method = METHODS.get(word)!
  }
  if (!service) return 'a line of ipvsadm without a virtual server'
  return { service, rest, ...(server ? { server: { ...server, method, weight } } : {}) }
}

function serviceOf(protocol: string, text: string | undefined): Service | undefined {
  if (protocol === 'FWM' || protocol === '-f') {
    const mark = /^[0-9a-f]{1,10}$/i.test(text ?? '')
      ? Number.parseInt(text!, protocol === 'FWM' ? 16 : 10)
      : Number.NaN
    return Number.isInteger(mark) ? { protocol: 'fwmark', address: '', port: mark } : undefined
  }
  const known = PROTOCOLS.get(protocol)
  const end = endOf(text)
  return known && end ? { protocol: known, ...end } : undefined
}

/** `0AF40401:7582` and `[fd00:0000:…:0001]:0050` as /proc prints them, `10.244.4.1:30082` and `[fd00::1]:80` as ipvsadm does. */
function endOf(text: string | undefined): { address: string; port: number } | undefined {
  const colon = text?.lastIndexOf(':') ?? -1
  if (!text || colon < 0) return undefined
  const end = text.slice(0, colon).replace(/^\[|\]$/g, '')
  const hex = /^[0-9A-F]{8}$/.test(end)
  const address = hex ? addressText(4, BigInt(`0x${end}`)) : canonicalAddress(end)
  // The kernel prints IPv6 addresses in full, with the port in four hexadecimal digits.
  const base = hex || end.length === 39 ? 16 : 10
  const port = (base === 16 ? /^[0-9A-F]{4}$/ : /^\d{1,5}$/).test(text.slice(colon + 1))
    ? Number.parseInt(text.slice(colon + 1), base)
    : -1
  return address !== undefined && port >= 0 && port <= 65535 ? { address, port } : undefined
}

function wholeOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
