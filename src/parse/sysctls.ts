import type { Sysctls } from './host.ts'
import { type ParsedOne, readLines } from './lines.ts'

/** Reads `path value` lines, the path with `/` below /proc/sys; the first word of a path wins. The value may be empty or several words. */
export function parseSysctls(text: string): ParsedOne<Sysctls> {
  const value: Sysctls = new Map()
  const { unread, read } = readLines<never>(text, (at) => {
    const space = at.raw.search(/\s/)
    const path = space < 0 ? at.raw : at.raw.slice(0, space)
    if (!/^\w[^\s:]*\/[^\s:]+$/.test(path)) return 'not a sysctl path and its value'
    if (value.has(path)) return `${path} a second time`
    value.set(path, { ...at, value: space < 0 ? '' : at.raw.slice(space).trim() })
    return []
  })
  return { value, unread, read }
}
