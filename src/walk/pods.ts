import type { Proof } from '../model.ts'
import { contains } from '../net.ts'
import type { FdbEntry, Link, Neighbour } from '../parse/host.ts'
import { type Journey, lost, need, proofOf, unknown } from './journey.ts'
import { subnet } from './select-source.ts'
import type { Skb } from './skb.ts'
import type { NodeState, PodEnd } from './world.ts'

/** The pod that has this address in a network of its own on the node, if one is known. */
export function podWith(j: Journey, address: string, node: string): PodEnd | undefined {
  const pod = j.world.pods.get(address)
  return pod && pod.node === node && !pod.hostNetwork ? pod : undefined
}

/** How a pod hangs on its node. `port` is absent where the tables do not say which one is the pod's. */
export type Attachment = { to: 'bridge'; bridge: Link; port?: Link } | { to: 'veth'; link: Link }

/**
 * Finds a pod's place on its node: by its neighbour entry and the bridge's forwarding table, else the bridge whose subnet holds its
 * address, else the veth that has a route to it alone.
 */
export function attachmentOf(j: Journey, node: NodeState, pod: PodEnd, skb: Skb): Attachment {
  const links = need(node, node.links, skb)
  const entry = neighbourOf(node, pod, skb)
  const behind = entry && links.find((link) => link.name === entry.dev)
  if (behind?.kind === 'bridge') return onBridge(node, behind, entry?.mac, skb)
  if (behind?.kind === 'veth' && behind.master === undefined) return { to: 'veth', link: behind }
  for (const address of need(node, node.addresses, skb)) {
    const link = links.find((one) => one.name === address.dev)
    if (link?.kind !== 'bridge' || address.scope === 'link') continue
    if (pod.addresses.some((ip) => contains(subnet(address), ip)))
      return onBridge(node, link, macOf(node, pod, skb), skb)
  }
  for (const route of need(node, node.routes, skb)) {
    const link = links.find((one) => one.name === route.dev)
    const alone = pod.addresses.some((ip) => route.destination === `${ip}/32` || route.destination === `${ip}/128`)
    if (!alone || link?.kind !== 'veth' || route.gateway !== undefined) continue
    if (whoIsBehind(j, node, link, pod, skb) === 'pod') return { to: 'veth', link }
  }
  // what is left over belongs to whom nothing else is left
  const [loose, ...others] = looseVeths(node, skb)
  if (loose && others.length === 0) return { to: 'veth', link: loose }
  const why = `how pod ${pod.name} is connected to ${node.name} cannot be told`
  throw unknown(node.name, `${node.name}/bridge`, why, [{ path: node.neighbours.path }], skb)
}

/**
 * Whether a veth is this pod's: who has answered there, else to whose address alone it has a route. `open` where a route must be wrong,
 * since it leads several pods' packets by one device.
 */
export function whoIsBehind(
  j: Journey,
  node: NodeState,
  link: Link,
  pod: PodEnd,
  skb: Skb,
): 'pod' | 'another' | 'open' {
  const names = (addresses: string[]) =>
    new Set(addresses.map((address) => podWith(j, address, node.name)?.name).filter((name) => name !== undefined))
  const seen = names(
    need(node, node.neighbours, skb)
      .filter((n) => n.dev === link.name && n.mac !== undefined)
      .map((n) => n.address),
  )
  if (seen.size > 0) return seen.has(pod.name) ? 'pod' : 'another'
  const led = names(
    need(node, node.routes, skb)
      .filter((r) => r.dev === link.name && r.gateway === undefined && /\/(32|128)$/.test(r.destination))
      .map((r) => r.destination.replace(/\/\d+$/, '')),
  )
  return led.size > 1 ? 'open' : led.has(pod.name) ? 'pod' : 'another'
}

function neighbourOf(node: NodeState, pod: PodEnd, skb: Skb): Neighbour | undefined {
  return need(node, node.neighbours, skb).find((n) => n.mac !== undefined && pod.addresses.includes(n.address))
}

function macOf(node: NodeState, pod: PodEnd, skb: Skb): string | undefined {
  return neighbourOf(node, pod, skb)?.mac
}

/** A pod whose MAC address no port has learned, beside a veth that hangs on nothing, has fallen off its bridge. */
function onBridge(node: NodeState, bridge: Link, mac: string | undefined, skb: Skb): Attachment {
  const port = mac === undefined ? undefined : portOf(node, bridge, mac, skb)
  if (port) return { to: 'bridge', bridge, port }
  const loose = mac === undefined ? [] : looseVeths(node, skb)
  if (loose.length === 0) return { to: 'bridge', bridge }
  const by = `no port of ${bridge.name} has learned the pod's address ${mac}, and ${loose.map((l) => l.name).join(', ')} has no master`
  const proof = loose.map((link) => proofOf(node.links, link))
  throw lost(node.name, `${node.name}/bridge ${bridge.name}`, 'bridge', by, proof, skb)
}

/** Veths with a peer in another namespace that are no bridge port and have neither address nor route. */
function looseVeths(node: NodeState, skb: Skb): Link[] {
  const routes = need(node, node.routes, skb)
  const addresses = need(node, node.addresses, skb)
  return need(node, node.links, skb).filter(
    (link) =>
      link.kind === 'veth' &&
      link.master === undefined &&
      link.below === undefined &&
      link.peerIndex !== undefined &&
      !addresses.some((address) => address.dev === link.name && address.scope !== 'link') &&
      !routes.some((route) => route.dev === link.name && route.family === 4),
  )
}

/** The pod's route of its own address over a device without carrier, if it has one: nothing reaches or leaves it there. */
export function deadRoute(pod: PodEnd, address: string): Proof | undefined {
  if (!pod.routes || 'missing' in pod.routes) return undefined
  const dead = pod.routes.value.find(
    (r) => r.flags.includes('linkdown') && r.type === 'unicast' && r.source === address,
  )
  return dead && proofOf(pod.routes, dead)
}

/** The bridge port behind which a MAC address was learned. */
export function portOf(node: NodeState, bridge: Link, mac: string, skb: Skb): Link | undefined {
  const learned: FdbEntry | undefined = need(node, node.fdb, skb).find(
    (entry) => entry.mac === mac && entry.master === bridge.name && entry.dev !== bridge.name,
  )
  return learned && need(node, node.links, skb).find((link) => link.name === learned.dev)
}

/** Ports of a bridge. */
export function portsOf(node: NodeState, bridge: Link, skb: Skb): Link[] {
  return need(node, node.links, skb).filter((link) => link.master === bridge.name)
}
