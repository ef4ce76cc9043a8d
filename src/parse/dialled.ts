import { canonicalAddress } from '../net.ts'
import { tryOf } from './connect.ts'
import type { Read } from './host.ts'
import { type LineReading, readLines } from './lines.ts'
import type { Try } from './probe.ts'
import type { Unread } from './rule.ts'
import { mappedQuad, procAddress } from './sockets.ts'

/** A variable of a client that names the Service: a host (name or address) with a port. */
export interface NamedTarget extends Read {
  variable: string
  host: string
  port: number
}

/** A connection of a client which nobody has answered yet (SYN_SENT). */
export interface Dialling extends Read {
  ip: string
  port: number
}

/** What dialled.txt says (docs/architecture.md). */
export interface Dialled {
  named: NamedTarget[]
  dialling: Dialling[]
  tries: Try[]
  unread: Unread[]
  read: number
}

type Item = { named: NamedTarget } | { dialling: Dialling } | { tried: Try }

/** Reads dialled.txt: what a client's own programs dial where they mean the Service. */
export function parseDialled(text: string): Dialled {
  const { items, unread, read } = readLines<Item>(text, (at) => {
    const words = at.raw.trim().split(/\s+/)
    if (/^== \/proc\/net\/tcp6?$/.test(at.raw.trim())) return []
    if (words[0] === 'env') return ofVariable(words, at)
    if (/^\d+:$/.test(words[0]!)) return ofSocket(words, at)
    const tried = tryOf(at)
    return typeof tried === 'string' ? tried : tried.map((t) => ({ tried: t }))
  })
  return {
    named: items.flatMap((item) => ('named' in item ? item.named : [])),
    dialling: items.flatMap((item) => ('dialling' in item ? item.dialling : [])),
    tries: items.flatMap((item) => ('tried' in item ? item.tried : [])),
    unread,
    read,
  }
}

function ofVariable([, variable, host, port]: string[], at: Read): LineReading<Item> {
  if (!variable || !host || !/^\d{1,5}$/.test(port ?? '') || Number(port) > 65535)
    return 'a variable without host and port'
  return [{ named: { ...at, variable, host: canonicalAddress(host) ?? host, port: Number(port) } }]
}

/** `0: 0902F40A:8036 070A600A:1F90 02 …`: own address, peer, state. */
function ofSocket(words: string[], at: Read): LineReading<Item> {
  const [hex, portText] = (words[2] ?? '').split(':')
  const ip = hex === undefined ? undefined : procAddress(hex)
  if (ip === undefined || !/^[0-9A-F]{4}$/.test(portText ?? '')) return 'not a line of /proc/net'
  if (words[3] !== '02') return []
  return [{ dialling: { ...at, ip: mappedQuad(ip) ?? ip, port: Number.parseInt(portText!, 16) } }]
}
