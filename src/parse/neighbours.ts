import { canonicalAddress, familyOf } from '../net.ts'
import type { Neighbour } from './host.ts'
import type { Parsed } from './lines.ts'
import { readObjects } from './objects.ts'

/** Reads `ip -j neigh` (both families). Proxy entries answer for others and are no neighbours. */
export function parseNeighbours(text: string): Parsed<Neighbour> {
  return readObjects(text, (o, at) => {
    if (o.has('proxy')) return []
    const address = canonicalAddress(o.text('dst') ?? '')
    const family = address && familyOf(address)
    const dev = o.text('dev')
    if (!address || !family || dev === undefined) return 'a neighbour without address or device'
    const neighbour: Neighbour = { ...at, family, address, dev, state: o.texts('state') }
    const mac = o.text('lladdr')
    if (mac !== undefined) neighbour.mac = mac
    return [neighbour]
  })
}
