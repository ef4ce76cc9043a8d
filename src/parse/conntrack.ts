import { canonicalAddress } from '../net.ts'
import type { ConntrackEntry, Read } from './host.ts'
import { type LineReading, type Parsed, readLines } from './lines.ts'

/** Reads `conntrack -L` (also with `-o extended`, and /proc/net/nf_conntrack): one item per connection. */
export function parseConntrack(text: string): Parsed<ConntrackEntry> {
  return readLines(text, (at) => {
    // What the tool says on standard error when it is done.
    if (/^conntrack v\S+ \(conntrack-tools\): \d+ flow entries have been shown\.$/.test(at.raw.trim())) return []
    return entryOf(at.raw.trim().split(/\s+/), at)
  })
}

function entryOf(words: string[], at: Read): LineReading<ConntrackEntry> {
  let next = words[0] === 'ipv4' || words[0] === 'ipv6' ? 2 : 0
  const protocol = words[next++]
  if (protocol === undefined || !/^[a-z][\w-]*$/.test(protocol) || !/^\d{1,3}$/.test(words[next++] ?? ''))
    return 'not an entry of conntrack'
  // Offloaded flows have no time-out.
  const timeout = /^\d{1,10}$/.test(words[next] ?? '') ? Number(words[next++]) : 0
  const state = /^[A-Z][A-Z_\d]*$/.test(words[next] ?? '') ? words[next++] : undefined
  const ways: Way[] = []
  const entry: Partial<ConntrackEntry> = {}
  const flags: string[] = []
  for (; next < words.length; next++) {
    const word = words[next]!
    if (word.startsWith('[') && word.endsWith(']')) {
      flags.push(word.slice(1, -1))
      continue
    }
    const equals = word.indexOf('=')
    const key = equals < 0 ? word : word.slice(0, equals)
    const value = word.slice(equals + 1)
    if (key === 'src') ways.push({})
    const way = ways.at(-1)
    if (key === 'src' || key === 'dst') {
      const address = canonicalAddress(value)
      if (!way || address === undefined) return `${word} is no address`
      way[key === 'src' ? 'source' : 'destination'] = address
    } else if (key === 'sport' || key === 'dport') {
      if (!way || !/^\d{1,5}$/.test(value)) return `${word} is no port`
      way[key] = Number(value)
    } else if ((key === 'mark' || key === 'zone') && /^\d{1,10}$/.test(value)) entry[key] = Number(value)
  }
  const [original, reply] = ways
  if (!complete(original) || !complete(reply)) return 'an entry without two directions'
  const whole: ConntrackEntry = { ...at, protocol, timeout, original, reply, flags, ...entry }
  if (state !== undefined) whole.state = state
  return [whole]
}

type Way = Partial<ConntrackEntry['original']>

function complete(way: Way | undefined): way is ConntrackEntry['original'] {
  return way?.source !== undefined && way.destination !== undefined
}
