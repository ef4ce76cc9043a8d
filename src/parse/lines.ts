import type { Read } from './host.ts'
import type { Unread } from './rule.ts'

/** What a parser makes of a text. `read` counts the lines understood, headings included: with `unread` they are all lines that are not blank. */
export interface Parsed<T> {
  items: T[]
  unread: Unread[]
  read: number
}

/** The same for a text that describes one thing. */
export interface ParsedOne<T> {
  value: T
  unread: Unread[]
  read: number
}

/** What one line held: its items (none for a heading), or the reason that it was not understood. */
export type LineReading<T> = T[] | string

/** Walks through the lines of a text that are not blank, numbered from 1, without line ends (LF or CRLF). Linear, never throws. */
export function readLines<T>(text: string, read: (at: Read) => LineReading<T>): Parsed<T> {
  const parsed: Parsed<T> = { items: [], unread: [], read: 0 }
  let line = 0
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf('\n', start)
    const stop = end < 0 ? text.length : end
    const raw = text.slice(start, text[stop - 1] === '\r' && stop > start ? stop - 1 : stop)
    line++
    start = stop + 1
    if (raw.trim() === '') continue
    const reading = read({ line, raw })
    if (typeof reading === 'string') {
      parsed.unread.push({ line, text: raw, why: reading })
      continue
    }
    parsed.read++
    for (const item of reading) parsed.items.push(item)
  }
  return parsed
}
