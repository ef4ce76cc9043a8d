import { type Parsed, readLines } from './lines.ts'
import type { Counter } from './probe.ts'

/**
 * Reads kernel counters: `nstat -az` and /proc/net/snmp6 (`Name value …` a line), or the pairs of lines of /proc/net/netstat
 * and /proc/net/snmp (`TcpExt: names`, `TcpExt: values`). Names come as nstat writes them.
 */
export function parseNetstat(text: string): Parsed<Counter> {
  let names: string[] | undefined
  return readLines(text, (at) => {
    const words = at.raw.trim().split(/\s+/)
    const first = words[0]!
    if (first.startsWith('#') || first === '==') return []
    if (first.endsWith(':')) {
      if (words.length > 1 && words.slice(1).every(isNumber)) {
        const group = names
        names = undefined
        if (group?.[0] !== first || group.length !== words.length) return 'values without their names'
        return group
          .slice(1)
          .map((name, index) => ({ ...at, name: first.slice(0, -1) + name, value: Number(words[index + 1]) }))
      }
      if (names) {
        names = words
        return 'names that follow names without values'
      }
      names = words
      return []
    }
    if (!/^[A-Za-z]\w*$/.test(first) || !isNumber(words[1] ?? '')) return 'not a counter'
    return [{ ...at, name: first, value: Number(words[1]) }]
  })
}

function isNumber(text: string): boolean {
  return /^-?\d{1,20}$/.test(text)
}
