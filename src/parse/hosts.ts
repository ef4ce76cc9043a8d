import { canonicalAddress } from '../net.ts'
import { type Parsed, readLines } from './lines.ts'
import type { HostsEntry } from './probe.ts'

/** Reads hosts(5): one item per line that names an address; what follows `#` is a comment. */
export function parseHosts(text: string): Parsed<HostsEntry> {
  return readLines(text, (at) => {
    const hash = at.raw.indexOf('#')
    const content = (hash < 0 ? at.raw : at.raw.slice(0, hash)).trim()
    if (content === '') return []
    const [first, ...names] = content.split(/\s+/)
    const [bare, scope] = first!.split('%', 2)
    const canonical = canonicalAddress(bare!)
    if (canonical === undefined) return 'a line that does not start with an address'
    return [{ ...at, address: scope === undefined ? canonical : `${canonical}%${scope}`, names }]
  })
}
