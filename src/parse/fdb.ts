import { canonicalAddress } from '../net.ts'
import type { FdbEntry } from './host.ts'
import type { Parsed } from './lines.ts'
import { readObjects } from './objects.ts'

/** Reads `bridge -j fdb`: where bridges and VXLAN devices send a MAC address. */
export function parseFdb(text: string): Parsed<FdbEntry> {
  return readObjects(text, (o, at) => {
    const mac = o.text('mac')
    const dev = o.text('ifname')
    // Without a device it is a remote entry of a VXLAN nexthop group; nothing on a node's path uses it.
    if (mac === undefined || dev === undefined) return 'an entry without mac or ifname'
    const entry: FdbEntry = { ...at, mac, dev, state: o.text('state') ?? '' }
    const master = o.text('master')
    const dst = canonicalAddress(o.text('dst') ?? '')
    const port = o.whole('port')
    const vni = o.whole('vni')
    const via = o.text('viaIf')
    if (master !== undefined) entry.master = master
    if (dst !== undefined) entry.dst = dst
    if (port !== undefined) entry.port = port
    if (vni !== undefined) entry.vni = vni
    if (via !== undefined) entry.via = via
    return [entry]
  })
}
