import type { Read } from './host.ts'
import { type Parsed, readLines } from './lines.ts'

/** A queueing discipline of a device. */
export interface Qdisc extends Read {
  kind: string
  dev: string
  /** Packets thrown away since it was made. */
  drops: number
}

/** Reads `tc -s -j qdisc show`, one object a line. */
export function parseQdiscs(text: string): Parsed<Qdisc> {
  return readLines(text, (at) => {
    let value: unknown
    try {
      value = JSON.parse(at.raw)
    } catch {
      return 'not JSON'
    }
    if (typeof value !== 'object' || value === null) return 'no object'
    const { kind, dev, drops = 0 } = value as Record<string, unknown>
    if (typeof kind !== 'string' || typeof dev !== 'string' || typeof drops !== 'number')
      return 'a queueing discipline without kind, device or count'
    return [{ ...at, kind, dev, drops }]
  })
}
