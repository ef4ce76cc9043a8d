import type { Link, Neighbour } from '../parse/host.ts'
import type { Ended } from './ended.ts'
import { type Journey, lost, need, proofOf, unknown } from './journey.ts'
import { attachmentOf, portOf, portsOf } from './pods.ts'
import { carries } from './resolve-route.ts'
import type { Skb } from './skb.ts'
import { mustCarry } from './transmit.ts'
import type { NodeState, PodEnd } from './world.ts'

/** A port that is down, or not in state forwarding, carries nothing. */
export function mustForward(node: NodeState, port: Link, skb: Skb): void {
  mustCarry(node, port, skb)
  if (port.port && port.port.state !== 'forwarding') {
    const by = `bridge port ${port.name} is ${port.port.state}`
    throw lost(node.name, `${node.name}/bridge ${port.master}`, 'bridge', by, [proofOf(node.links, port)], skb)
  }
}

/** Ports by which a frame comes and goes, where they are known, and the pod it goes to. */
interface Ways {
  from?: Link | undefined
  to?: Link | undefined
  pod: PodEnd
}

/**
 * should_deliver: not from one isolated port to another or itself, and back out of its own port only if that is a hairpin. Returns the
 * end of a frame that may not be delivered.
 */
export function refusedBy(
  j: Journey,
  node: NodeState,
  bridge: Link,
  { from, to, pod }: Ways,
  skb: Skb,
): Ended | undefined {
  const at = `${node.name}/bridge ${bridge.name}`
  const back = from && to ? from.name === to.name : skb.fromPod === pod.name
  // where the pod's own port is not known, what holds for all ports holds for it
  const ports = from && to ? [to] : portsOf(node, bridge, skb).filter((link) => link.kind === 'veth')
  const isolated =
    from && to ? from.port?.isolated && to.port?.isolated : back && ports.every((port) => port.port?.isolated)
  if (isolated) return apart(node, bridge, from && to ? [from, to] : ports, ports, skb)
  if (!back) return undefined
  const off = ports.filter((port) => !port.port?.hairpin)
  if (off.length === 0) return undefined
  const proof = off.map((port) => proofOf(node.links, port))
  if (off.length < ports.length) {
    const why = `the port of pod ${pod.name} is not known, and not all are hairpins`
    if (j.choose('unsure', [0.5, 0.5], { node: node.name, at, why, proof }) === 0) return undefined
  }
  return lost(node.name, at, 'bridge', `hairpin mode of ${names(off)} is off: the frame may not go back`, proof, skb)
}

/** The ports by which a frame that came by `from` may leave (should_deliver). */
export function deliverable(ports: Link[], from: Link | undefined): Link[] {
  return ports.filter(
    ({ name, port }) =>
      port?.state === 'forwarding' && (name !== from?.name || port.hairpin) && !(port.isolated && from?.port?.isolated),
  )
}

/**
 * br_flood: a frame for an address that no port has learned goes to all other ports, through the hooks, although nobody there takes it.
 * A pod that has sent was learned, unless its port does not learn.
 */
export function floods(node: NodeState, bridge: Link, to: Link | undefined, skb: Skb): boolean {
  const ports = portsOf(node, bridge, skb)
  return to === undefined && ports.length > 1 && ports.some((port) => port.port?.learning === false)
}

/**
 * Who sends to a pod on a bridge asks for its MAC address first (ARP, neighbour discovery): where the question cannot reach the pod,
 * no rule gets to see the packet. `from` is the asker's port, undefined for the node itself.
 */
export function mustHear(j: Journey, node: NodeState, bridge: Link, { from, pod }: Ways, skb: Skb): void {
  const place = attachmentOf(j, node, pod, skb)
  if (place.to !== 'bridge' || place.bridge.name !== bridge.name) return
  const to = place.port
  if (!to) {
    const down = pod.routes && 'value' in pod.routes && pod.routes.value.some((r) => r.flags.includes('linkdown'))
    if (down) mustHaveCarrier(node, bridge, pod, skb)
    return
  }
  mustForward(node, to, skb)
  if (from?.port?.isolated && to.port?.isolated && from.name !== to.name)
    throw apart(node, bridge, [from, to], [to], skb)
}

function apart(node: NodeState, bridge: Link, ports: Link[], shown: Link[], skb: Skb) {
  const by = `isolated ports do not reach each other: ${names(ports)}`
  const proof = shown.map((port) => proofOf(node.links, port))
  return lost(node.name, `${node.name}/bridge ${bridge.name}`, 'bridge', by, proof, skb)
}

/** A frame that goes to somebody else, or to nobody: its end, and the ports by which it leaves the bridge before. */
export interface Astray {
  end: Ended
  by: Link[]
}

/**
 * An entry that somebody set by hand may hold a MAC address that is another pod's, or that no port has learned: then the frame is
 * flooded to all ports.
 */
export function astray(node: NodeState, bridge: Link, entry: Neighbour | undefined, skb: Skb): Astray | undefined {
  if (!entry?.state.includes('PERMANENT')) return undefined
  const { address, mac = '' } = entry
  const at = `${node.name}/bridge ${bridge.name}`
  const wrong = (by: string, ports: Link[]) => ({
    end: lost(node.name, at, 'neighbour', by, [proofOf(node.neighbours, entry)], skb),
    by: ports,
  })
  const same = (one: Neighbour) =>
    one.dev === bridge.name && one.mac === mac && one.family === entry.family && one.address !== address
  const other = need(node, node.neighbours, skb).find(same)
  const port = portOf(node, bridge, mac, skb)
  const all = portsOf(node, bridge, skb)
  if (other)
    return wrong(`the fixed entry of ${address} has the MAC address ${mac} of ${other.address}`, port ? [port] : all)
  if (port) return undefined
  const learned = need(node, node.fdb, skb).filter((one) => one.master === bridge.name && one.state !== 'permanent')
  const silent = all.filter((port) => !learned.some((one) => one.dev === port.name))
  if (silent.length === 0)
    return wrong(`the fixed entry of ${address} has the MAC address ${mac}, which is behind no port`, all)
  const why = `whether ${mac}, the fixed entry of ${address}, is behind ${names(silent)} cannot be told`
  throw unknown(node.name, at, why, [proofOf(node.neighbours, entry)], skb)
}

/** A pod whose port is not known may hang on one that is down: its own routes tell, where they were read. */
export function mustHaveCarrier(node: NodeState, bridge: Link, pod: PodEnd, skb: Skb): void {
  const at = `${node.name}/bridge ${bridge.name}`
  if (pod.routes && 'value' in pod.routes) {
    const down = pod.routes.value.find((route) => route.flags.includes('linkdown'))
    if (!down) return
    const by = `the ${down.dev} of pod ${pod.name} has no carrier`
    throw lost(node.name, at, 'link-down', by, [proofOf(pod.routes, down)], skb)
  }
  const down = portsOf(node, bridge, skb).filter((port) => port.kind === 'veth' && !carries(port))
  if (down.length === 0) return
  const why = `whether pod ${pod.name} is behind ${names(down)}, which is down, cannot be told`
  const proof = down.map((port) => proofOf(node.links, port))
  throw unknown(node.name, at, why, proof, skb)
}

function names(ports: Link[]): string {
  return ports.map((port) => port.name).join(', ')
}
