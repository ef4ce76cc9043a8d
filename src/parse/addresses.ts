import { canonicalAddress, familyOf } from '../net.ts'
import type { Address, Read } from './host.ts'
import type { Parsed } from './lines.ts'
import { type Fields, readObjects } from './objects.ts'

/** What `ip -j addr` writes as a property of its own although it is a flag of the address. */
const FLAGS = [
  'secondary',
  'temporary',
  'tentative',
  'deprecated',
  'dadfailed',
  'home',
  'optimistic',
  'noprefixroute',
  'autojoin',
  'mngtmpaddr',
  'nodad',
  'dynamic',
]

/** Reads `ip -j addr`: one item per address; an interface without addresses holds none. */
export function parseAddresses(text: string): Parsed<Address> {
  return readObjects(text, (o, at) => {
    const dev = o.text('ifname')
    if (dev === undefined) return 'an interface without ifname'
    const items: Address[] = []
    for (const info of o.list('addr_info')) {
      if (info.keys.length === 0) continue
      const address = addressOf(info, dev, at)
      if (!address) return `an address of ${dev} that is none`
      items.push(address)
    }
    return items
  })
}

function addressOf(info: Fields, dev: string, at: Read): Address | undefined {
  const local = canonicalAddress(info.text('local') ?? '')
  const family = local && familyOf(local)
  const prefixLength = info.whole('prefixlen')
  if (!local || !family || prefixLength === undefined || prefixLength > (family === 4 ? 32 : 128)) return undefined
  const flags = FLAGS.filter((flag) => info.flag(flag))
  const address: Address = {
    ...at,
    dev,
    family,
    address: local,
    prefixLength,
    scope: info.text('scope') ?? 'global',
    flags,
  }
  const peer = canonicalAddress(info.text('address') ?? '')
  if (peer !== undefined) address.peer = peer
  return address
}
