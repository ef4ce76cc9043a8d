import { type ParsedOne, readLines } from './lines.ts'
import type { ConntrackCount } from './probe.ts'

/**
 * Reads how full connection tracking is: lines `count N` and `max N` (or their sysctl paths), then `conntrack -S`, whose
 * per-CPU counters are added up.
 */
export function parseConntrackCount(text: string): ParsedOne<ConntrackCount> {
  const value: ConntrackCount = { stats: new Map() }
  const { unread, read } = readLines<never>(text, (at) => {
    const words = at.raw.trim().split(/\s+/)
    const simple = /^(?:net[./]netfilter[./]nf_conntrack_)?(count|max)$/.exec(words[0]!)?.[1] as
      | 'count'
      | 'max'
      | undefined
    if (simple !== undefined) {
      const number = words.at(-1)!
      if (!/^\d{1,15}$/.test(number)) return `${simple} without a number`
      value[simple] = { ...at, value: Number(number) }
      return []
    }
    if (!/^cpu=\d+$/.test(words[0]!)) return 'neither count, max nor a line of conntrack -S'
    for (const word of words.slice(1)) {
      const [, name, number] = /^(\w+)=(\d{1,15})$/.exec(word) ?? []
      if (name === undefined) return `${word} is no counter`
      value.stats.set(name, (value.stats.get(name) ?? 0) + Number(number))
    }
    return []
  })
  return { value, unread, read }
}
