import type { Link, Neighbour } from '../parse/host.ts'
import { Ended, type Outcome } from './ended.ts'
import { type Journey, lost, need, note, proofOf } from './journey.ts'
import { sendLocal } from './local-out.ts'
import { receive } from './receive.ts'
import { carries } from './resolve-route.ts'
import { ANY_CLIENT_PORT, bare, EPHEMERAL_PORT, packetOf, type Skb } from './skb.ts'
import type { NodeState } from './world.ts'

/** Bytes that a VXLAN header and its carriers add: 50 over IPv4, 70 over IPv6 (RFC 7348). */
const OVERHEAD = { 4: 50, 6: 70 }

/** The forwarding entry that holds for every address that has none of its own. */
const ANY_MAC = '00:00:00:00:00:00'

/**
 * vxlan_xmit: the neighbour's MAC address, the forwarding table's remote for it, then a UDP packet from this node to that remote, which
 * carries the frame. What happens to the outer packet on its way happens to the inner one.
 */
export function encapsulate(j: Journey, node: NodeState, link: Link, nexthop: string, skb: Skb): Outcome {
  const at = `${node.name}/${link.name}`
  const neighbour = need(node, node.neighbours, skb).find((n) => n.dev === link.name && n.address === nexthop)
  const remote = remoteOf(node, link, neighbour, nexthop, skb)
  const vxlan = link.vxlan ?? { id: 0, port: 0, learning: false }
  const family = remote.address.includes(':') ? 6 : 4
  const outer = bare(family, 'udp', vxlan.local ?? '', remote.address)
  outer.sport = EPHEMERAL_PORT
  outer.anyPorts = ANY_CLIENT_PORT
  outer.dport = remote.port ?? vxlan.port
  outer.length = skb.length + OVERHEAD[family]
  if (skb.anyLength) outer.anyLength = [skb.anyLength[0] + OVERHEAD[family], skb.anyLength[1] + OVERHEAD[family]]
  // the mark stays with the packet inside one namespace (skb_scrub_packet)
  outer.mark = skb.mark
  outer.carries = { vni: remote.vni ?? vxlan.id, mac: neighbour?.mac ?? '', from: at, skb }
  note(j, at, `into VXLAN ${vxlan.id} for ${remote.address} port ${outer.dport}`, ...remote.proof)
  if (tunnels(skb) > MOST_TUNNELS)
    throw lost(node.name, at, 'no-route', 'the way of the outer packet leads into the tunnel again', remote.proof, skb)
  let outcome: Outcome
  try {
    outcome = sendLocal(j, node, outer)
  } catch (thrown) {
    throw thrown instanceof Ended ? (forInner(thrown.outcome, outer, at) ?? thrown) : thrown
  }
  const gone = forInner(outcome, outer, at)
  if (gone) throw gone
  return outcome
}

/**
 * The outer packet came to an end that is none of a tunnel: a refusal goes to the node that made it, a process that got it cannot read
 * it. The inner packet is just gone.
 */
function forInner({ end }: Outcome, outer: Skb, at: string): Ended | undefined {
  if (end.packet?.dport !== outer.dport || end.packet?.protocol !== 'udp') return undefined
  if (end.fate === 'rejected') {
    const { with: how, ...rest } = end
    return new Ended({ end: { ...rest, fate: 'dropped', by: `${end.by} (${how} to the sending node)` } })
  }
  if (end.fate !== 'delivered') return undefined
  const by = `the outer packet went to ${end.to.ip}, where no tunnel ends (sent by ${at})`
  const node = end.to.node ?? ''
  return new Ended({
    end: { fate: 'lost', node, at: `${node}/vxlan`, kind: 'vxlan-mismatch', by, proof: [], packet: end.packet },
  })
}

/** The kernel gives up on a packet that would be wrapped for ever (dev_xmit_recursion, IP tunnels' recursion limit). */
const MOST_TUNNELS = 4

function tunnels(skb: Skb): number {
  return skb.carries ? 1 + tunnels(skb.carries.skb) : 0
}

interface Remote {
  address: string
  port?: number
  vni?: number
  proof: ReturnType<typeof proofOf>[]
}

function remoteOf(node: NodeState, link: Link, neighbour: Neighbour | undefined, nexthop: string, skb: Skb): Remote {
  const at = `${node.name}/${link.name}`
  const entries = need(node, node.fdb, skb).filter((entry) => entry.dev === link.name && entry.dst !== undefined)
  const everywhere = entries.find((entry) => entry.mac === ANY_MAC)
  const floods = everywhere !== undefined || link.vxlan?.group !== undefined
  const seen = neighbour ? [proofOf(node.neighbours, neighbour)] : []
  if (neighbour?.mac === undefined && (neighbour || !floods)) {
    const by = neighbour
      ? `the neighbour ${nexthop} does not answer`
      : `there is no neighbour entry for ${nexthop} on ${link.name}`
    throw lost(node.name, at, 'neighbour', by, seen.length > 0 ? seen : [{ path: node.neighbours.path }], skb)
  }
  const entry = entries.find((one) => one.mac === neighbour?.mac) ?? everywhere
  if (entry) {
    const remote: Remote = { address: entry.dst!, proof: [...seen, proofOf(node.fdb, entry)] }
    if (entry.port !== undefined) remote.port = entry.port
    if (entry.vni !== undefined) remote.vni = entry.vni
    return remote
  }
  if (link.vxlan?.group !== undefined) return { address: link.vxlan.group, proof: [...seen, proofOf(node.links, link)] }
  throw lost(
    node.name,
    at,
    'vtep',
    `the forwarding table of ${link.name} has no remote for ${neighbour?.mac}`,
    [...seen, { path: node.fdb.path }],
    skb,
  )
}

/** vxlan_rcv: a UDP packet has passed INPUT; port and VNI must be those of a device here, and the frame must be for it. */
export function decapsulate(j: Journey, node: NodeState, outer: Skb): Outcome {
  const { vni, mac, from, skb } = outer.carries!
  const at = `${node.name}/vxlan`
  const links = need(node, node.links, outer).filter((link) => link.kind === 'vxlan' && link.vxlan)
  // a device's socket is of the family of its own address (vxlan_sock_add); without one it takes IPv4
  const familyOf = (link: Link) => (link.vxlan?.local?.includes(':') ? 6 : 4)
  const onPort = links.filter((link) => link.vxlan?.port === outer.dport && familyOf(link) === outer.family && link.up)
  const link = onPort.find((one) => one.vxlan?.id === vni)
  const mismatch = (by: string) => {
    const proof = links.map((one) => proofOf(node.links, one))
    const ended = lost(node.name, at, 'vxlan-mismatch', `${by} (sent by ${from})`, proof, skb)
    ended.outcome.end.packet = packetOf(outer)
    return ended
  }
  if (onPort.length === 0) throw mismatch(`no VXLAN device that is up uses UDP port ${outer.dport} here`)
  if (!link) throw mismatch(`no VXLAN device has VNI ${vni} on port ${outer.dport} here`)
  if (mac !== '' && mac !== link.mac) {
    const by = `the frame is for ${mac}, but ${link.name} is ${link.mac} (the sender's neighbour entry is wrong)`
    throw lost(node.name, at, 'neighbour', by, [proofOf(node.links, link)], skb)
  }
  if (!carries(link)) throw lost(node.name, at, 'link-down', `${link.name} is down`, [proofOf(node.links, link)], skb)
  note(j, at, `out of VXLAN ${vni}`, proofOf(node.links, link))
  skb.mark = outer.mark
  delete skb.tracking
  delete skb.ipvs
  skb.physin = skb.physout = skb.bridge = ''
  delete skb.fromPod
  delete skb.toHost
  return receive(j, node, link.name, skb)
}
