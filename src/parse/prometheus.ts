import type { Read } from './host.ts'
import type { Sample } from './probe.ts'

/** One line of a Prometheus text page as a sample; undefined for a line that is none. Time stamps are passed over. */
export function sampleOf(at: Read): Sample | undefined {
  const raw = at.raw.trim()
  const name = /^[a-zA-Z_:][\w:]*/.exec(raw)?.[0]
  if (name === undefined) return undefined
  const labels = new Map<string, string>()
  let next = name.length
  if (raw[next] === '{') {
    next++
    while (raw[next] !== '}') {
      const end = readLabel(raw, next, labels)
      if (end === undefined) return undefined
      next = end
    }
    next++
  }
  const value = numberOf(raw.slice(next).trim().split(/\s+/)[0]!)
  return value === undefined ? undefined : { ...at, name, labels, value }
}

/** Reads `key="value"` and a comma behind it; gives the place after, or undefined. */
function readLabel(raw: string, start: number, labels: Map<string, string>): number | undefined {
  const equals = raw.indexOf('=', start)
  if (equals < 0 || raw[equals + 1] !== '"') return undefined
  const key = raw.slice(start, equals).trim()
  if (!/^[a-zA-Z_]\w*$/.test(key)) return undefined
  let end = equals + 2
  while (end < raw.length && raw[end] !== '"') end += raw[end] === '\\' ? 2 : 1
  if (end >= raw.length) return undefined
  labels.set(
    key,
    raw.slice(equals + 2, end).replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)),
  )
  end++
  while (raw[end] === ',' || raw[end] === ' ') end++
  return end
}

function numberOf(text: string): number | undefined {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY
  if (text === '-Inf') return Number.NEGATIVE_INFINITY
  if (text === 'NaN') return Number.NaN
  return /^[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : undefined
}
