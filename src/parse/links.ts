import type { Link } from './host.ts'
import type { Parsed } from './lines.ts'
import { type Fields, readObjects } from './objects.ts'

/** Reads `ip -j -d link`: the interfaces with what bridges and VXLAN need (`linkinfo`, which only `-d` prints). */
export function parseLinks(text: string): Parsed<Link> {
  return readObjects(text, (o, at) => {
    const name = o.text('ifname')
    const index = o.whole('ifindex')
    if (name === undefined || index === undefined) return 'a link without ifname or ifindex'
    const info = o.inner('linkinfo')
    const flags = o.texts('flags')
    const link: Link = {
      ...at,
      index,
      name,
      up: flags.includes('UP'),
      operstate: o.text('operstate') ?? 'UNKNOWN',
      carrier: flags.includes('LOWER_UP'),
      mac: o.text('address') ?? '',
      mtu: o.whole('mtu') ?? 0,
      kind: info?.text('info_kind') ?? '',
      promiscuous: flags.includes('PROMISC'),
    }
    const master = o.text('master')
    const peerIndex = o.whole('link_index')
    const below = o.text('link')
    if (master !== undefined) link.master = master
    if (peerIndex !== undefined) link.peerIndex = peerIndex
    if (below !== undefined) link.below = below
    const data = info?.inner('info_data')
    if (link.kind === 'vxlan' && data) link.vxlan = vxlanOf(data)
    if (link.kind === 'bridge' && data) {
      link.bridge = {
        vlanFiltering: data.flag('vlan_filtering'),
        nfCallIptables: data.flag('nf_call_iptables'),
        nfCallIp6tables: data.flag('nf_call_ip6tables'),
      }
    }
    const port = info?.text('info_slave_kind') === 'bridge' ? info.inner('info_slave_data') : undefined
    if (port) {
      link.port = { hairpin: port.flag('hairpin'), state: port.text('state') ?? '', isolated: port.flag('isolated') }
      if (port.has('learning') && !port.flag('learning')) link.port.learning = false
    }
    return [link]
  })
}

function vxlanOf(data: Fields): NonNullable<Link['vxlan']> {
  const vxlan: NonNullable<Link['vxlan']> = {
    id: data.whole('id') ?? 0,
    port: data.whole('port') ?? 0,
    learning: data.flag('learning'),
  }
  const local = data.text('local') ?? data.text('local6')
  const dev = data.text('link')
  const group = data.text('group') ?? data.text('group6') ?? data.text('remote') ?? data.text('remote6')
  if (local !== undefined) vxlan.local = local
  if (dev !== undefined) vxlan.dev = dev
  if (group !== undefined) vxlan.group = group
  return vxlan
}
