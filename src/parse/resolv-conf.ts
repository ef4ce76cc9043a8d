import { canonicalAddress } from '../net.ts'
import { type ParsedOne, readLines } from './lines.ts'
import type { ResolvConf } from './probe.ts'

/** Reads resolv.conf(5): nameservers in order (all of them, though glibc asks only the first three), the search list that wins, options. */
export function parseResolvConf(text: string): ParsedOne<ResolvConf> {
  const value: ResolvConf = { nameservers: [], options: new Map() }
  const { unread, read } = readLines<never>(text, (at) => {
    const [keyword, ...words] = at.raw.trim().split(/\s+/)
    if (/^[#;]/.test(keyword!) || keyword === 'sortlist') return []
    if (keyword === 'nameserver') {
      const address = addressOf(words[0] ?? '')
      if (address === undefined) return 'a nameserver that is no address: the resolver passes over it'
      value.nameservers.push({ ...at, address })
      return []
    }
    if (keyword === 'search' || keyword === 'domain') {
      value.search = { ...at, domains: keyword === 'domain' ? words.slice(0, 1) : words }
      return []
    }
    if (keyword !== 'options') return `resolv.conf knows no keyword ${keyword!.slice(0, 40)}`
    for (const word of words) {
      const colon = word.indexOf(':')
      value.options.set(colon < 0 ? word : word.slice(0, colon), {
        ...at,
        value: colon < 0 ? '' : word.slice(colon + 1),
      })
    }
    return []
  })
  return { value, unread, read }
}

/** Canonical address; the scope of a link-local one stays. */
function addressOf(text: string): string | undefined {
  const [bare, scope] = text.split('%', 2)
  const address = canonicalAddress(bare!)
  return address === undefined || scope === undefined ? address : `${address}%${scope}`
}
