import { addressText, canonicalAddress, familyOf } from '../net.ts'
import type { Listener, Read } from './host.ts'
import { type LineReading, type Parsed, readLines } from './lines.ts'

/**
 * Reads what a machine listens on: `ss -Hlntu`, or /proc/net/{tcp,tcp6,udp,udp6} printed one after the other, each below a
 * heading `== /proc/net/tcp`. Of /proc only listening TCP and unconnected UDP sockets become items.
 */
export function parseSockets(text: string): Parsed<Listener> {
  let table: 'tcp' | 'udp' | undefined
  return readLines(text, (at) => {
    const words = at.raw.trim().split(/\s+/)
    const heading = /^== \/proc\/net\/(tcp|udp)6?$/.exec(at.raw.trim())
    if (heading) {
      table = heading[1] as 'tcp' | 'udp'
      return []
    }
    if (words[0] === 'sl') {
      // The kernel's own heading: only UDP tables end in `drops`.
      table = words.at(-1) === 'drops' ? 'udp' : 'tcp'
      return []
    }
    if (words[0] === 'Netid') return []
    if (words[0] === 'tcp' || words[0] === 'udp') return ofSs(words, words[0], at)
    if (/^\d+:$/.test(words[0]!)) return table ? ofProc(words, table, at) : 'a socket of a table without heading'
    return 'neither a line of ss nor of /proc/net'
  })
}

/** `tcp LISTEN 0 4096 127.0.0.1%lo:53 0.0.0.0:* …` */
function ofSs(words: string[], protocol: 'tcp' | 'udp', at: Read): LineReading<Listener> {
  const [, state, queued, backlog, local] = words
  if (state !== 'LISTEN' && state !== 'UNCONN') return state === undefined ? 'a line of ss without a state' : []
  const colon = local?.lastIndexOf(':') ?? -1
  const port = portOf(local?.slice(colon + 1), 10)
  if (!local || colon < 0 || port === undefined) return 'a local address that is not understood'
  const end = local.slice(0, colon).replace(/[[\]]/g, '').split('%')
  const listener = listenerOf(end[0]!, protocol, port, at)
  if (!listener) return 'a local address that is not understood'
  if (end[1] !== undefined) listener.dev = end[1]
  if (protocol === 'tcp') {
    listener.queued = Number(queued)
    listener.backlog = Number(backlog)
  }
  return Number.isInteger(Number(queued)) && Number.isInteger(Number(backlog))
    ? [listener]
    : 'queues that are no numbers'
}

function listenerOf(address: string, protocol: 'tcp' | 'udp', port: number, at: Read): Listener | undefined {
  // ss writes `*` for an IPv6 socket that takes IPv4 as well, and `[::]` for one that does not.
  if (address === '*') return { ...at, protocol, family: 6, address: 'any', port, v6only: false }
  const canonical = canonicalAddress(address)
  if (canonical === undefined) return undefined
  if (canonical === '::') return { ...at, protocol, family: 6, address: 'any', port, v6only: true }
  return ofAddress(canonical, protocol, port, at)
}

/** A socket bound to `::ffff:1.2.3.4` (Java, Go) hears IPv4 packets to 1.2.3.4 and nothing else. */
function ofAddress(canonical: string, protocol: 'tcp' | 'udp', port: number, at: Read): Listener {
  const quad = mappedQuad(canonical)
  if (quad !== undefined) {
    return { ...at, protocol, family: 4, address: quad === '0.0.0.0' ? 'any' : quad, port }
  }
  const family = familyOf(canonical)!
  return { ...at, protocol, family, address: canonical === '0.0.0.0' || canonical === '::' ? 'any' : canonical, port }
}

/** The IPv4 address of an IPv6 socket that talks IPv4 (`::ffff:1.2.3.4`). */
export function mappedQuad(canonical: string): string | undefined {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}:[0-9a-f]{1,4})$/.exec(canonical)?.[1]
  return mapped === undefined || mapped.includes('.') ? mapped : quadOf(mapped)
}

function quadOf(groups: string): string {
  const [high, low] = groups.split(':').map((group) => Number.parseInt(group, 16))
  return [high! >> 8, high! & 255, low! >> 8, low! & 255].join('.')
}

/** `0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 …`: addresses are words in the machine's (little) byte order. */
function ofProc(words: string[], protocol: 'tcp' | 'udp', at: Read): LineReading<Listener> {
  const [hex, portText] = (words[1] ?? '').split(':')
  const port = portOf(portText, 16)
  const state = words[3]
  const address = hex === undefined ? undefined : procAddress(hex)
  if (address === undefined || port === undefined || !state || !/^[0-9A-F]{2}$/.test(state))
    return 'not a line of /proc/net'
  if (state !== (protocol === 'tcp' ? '0A' : '07')) return []
  const listener = ofAddress(address, protocol, port, at)
  if (protocol === 'tcp') listener.queued = Number.parseInt((words[4] ?? '').split(':')[1] ?? '0', 16) || 0
  return [listener]
}

/** An address of /proc/net/tcp or tcp6: words of four bytes in the machine's (little) byte order. */
export function procAddress(hex: string): string | undefined {
  if (!/^([0-9A-F]{8}|[0-9A-F]{32})$/.test(hex)) return undefined
  let bits = 0n
  for (let at = 0; at < hex.length; at += 8)
    for (let byte = 6; byte >= 0; byte -= 2)
      bits = (bits << 8n) | BigInt(Number.parseInt(hex.slice(at + byte, at + byte + 2), 16))
  return addressText(hex.length === 8 ? 4 : 6, bits)
}

function portOf(text: string | undefined, base: 10 | 16): number | undefined {
  if (!text || !(base === 10 ? /^\d{1,5}$/ : /^[0-9A-F]{4}$/).test(text)) return undefined
  const port = Number.parseInt(text, base)
  return port <= 65535 ? port : undefined
}
