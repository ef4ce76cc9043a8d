import type { Family } from '../model.ts'
import { addressBits, addressText, cidrRange, contains, familyOf } from '../net.ts'
import type { Skb } from './skb.ts'
import type { End, NodeState, Packet, Place, PodEnd, WalkFrom, World } from './world.ts'

/** Where a packet comes from: its place in the world (which a client pod joins), its source ('' where routing chooses it). */
export interface Origin {
  world: World
  place: Place
  source: string
  /** Whether an address is one that answers are routed to this place for. */
  owns(address: string): boolean
}

/** Finds the place a packet is sent from; `unknown` where the world has no such pod or address. */
export function originOf(world: World, from: WalkFrom, packet: Packet): Origin | { unknown: End } {
  if (from.kind === 'outside') {
    return {
      world,
      place: { node: from.entersAt, outside: from.source },
      source: from.source,
      owns: (a) => a === from.source,
    }
  }
  if (from.kind === 'host') {
    const owns = (address: string) => world.nodeAddresses.get(address) === from.node || world.nodeAddresses.size === 0
    return { world, place: { node: from.node }, source: packet.source ?? '', owns }
  }
  const known =
    from.kind === 'endpoint'
      ? podNamed(world, from.pod, packet.family)
      : (podAt(world, packet.source, from.node) ?? podNamed(world, `client@${from.node}`, packet.family))
  const pod = known ?? (from.kind === 'client' ? clientPod(world, from.node, packet) : undefined)
  const source = packet.source ?? pod?.addresses.find((address) => familyOf(address) === packet.family)
  if (!pod || source === undefined) {
    const name = from.kind === 'endpoint' ? `pod ${from.pod}` : `a client pod on ${from.node}`
    const why = `${name} has no known IPv${packet.family} address`
    return { unknown: { fate: 'unknown', node: from.node, at: name, why, proof: [] } }
  }
  const joined = known ? world : { ...world, pods: new Map([...world.pods, [source, pod]]) }
  return { world: joined, place: { node: pod.node, pod }, source, owns: (address) => pod.addresses.includes(address) }
}

/** The pod of this name that has an address of the family. */
export function podNamed(world: World, name: string, family: Family): PodEnd | undefined {
  for (const [address, pod] of world.pods) if (pod.name === name && familyOf(address) === family) return pod
  return undefined
}

function podAt(world: World, address: string | undefined, node: string): PodEnd | undefined {
  const pod = address === undefined ? undefined : world.pods.get(address)
  return pod?.node === node ? pod : undefined
}

/** A pod as it would be started on the node: with an address of the node's range that no pod has. */
function clientPod(world: World, node: string, packet: Packet): PodEnd | undefined {
  const address = packet.source ?? freeAddress(world, node, packet.family)
  return address === undefined
    ? undefined
    : { name: `client@${node}`, node, addresses: [address], hostNetwork: false, running: true }
}

function freeAddress(world: World, node: string, family: Family): string | undefined {
  const range = world.podCidrs.find((one) => one.node === node && familyOf(one.cidr) === family)
  const last = range && cidrRange(range.cidr)?.[1]
  let bits = last === undefined ? undefined : addressBits(last)
  if (bits === undefined || !range) return undefined
  do bits--
  while (world.pods.has(addressText(family, bits)))
  const address = addressText(family, bits)
  return contains(range.cidr, address) ? address : undefined
}

/** Device by which a packet from outside reaches a node: the one that holds its destination, else the one that leads back to its source. */
export function arrivalDevice(node: NodeState, skb: Skb): string | undefined {
  if ('missing' in node.addresses || 'missing' in node.routes) return undefined
  const holding = node.addresses.value.find((address) => address.address === skb.destination)
  const wire =
    'value' in node.links &&
    node.links.value.find((link) => link.name === holding?.dev && link.kind !== 'dummy' && link.kind !== 'bridge')
  if (wire && wire.name !== 'lo') return wire.name
  const routes = node.routes.value.filter((r) => r.family === skb.family && r.table === 'main' && r.type === 'unicast')
  const back = routes.toSorted((a, b) => Number(b.destination.split('/')[1]) - Number(a.destination.split('/')[1]))
  return back.find((route) => contains(route.destination, skb.source))?.dev
}
