import { contains } from '../net.ts'
import type { Address, Link, Neighbour } from '../parse/host.ts'
import { askingAddressFour, isAnswered, mustBeAnswered } from './arp.ts'
import { runDeviceHook } from './device-hook.ts'
import type { Ended, Outcome } from './ended.ts'
import { endText, type Journey, lost, need, note, proofOf, unknown, unread } from './journey.ts'
import { mustBeTaken } from './mtu.ts'
import { askingAddress, discovery, type Side } from './ndisc.ts'
import { receive } from './receive.ts'
import { carries } from './resolve-route.ts'
import { subnet } from './select-source.ts'
import { leaveNamespace, type Skb } from './skb.ts'
import { mustBeExpected } from './socket.ts'
import type { NodeState } from './world.ts'

interface Station {
  node: NodeState
  dev: string
}

/**
 * A packet goes onto the wire behind a device, to the neighbour `nexthop`: by the neighbour table's MAC address where there is one, else
 * to whoever has that address there. Two devices are taken to be on one wire if they have addresses of one subnet.
 */
export function ontoSegment(j: Journey, node: NodeState, link: Link, nexthop: string, skb: Skb): Outcome {
  const at = `${node.name}/${link.name}`
  const entry = need(node, node.neighbours, skb).find((n) => n.dev === link.name && n.address === nexthop)
  if (entry && isDead(entry)) {
    const by = `the neighbour ${nexthop} does not answer (${entry.state.join(' ')})`
    throw lost(node.name, at, 'neighbour', by, [proofOf(node.neighbours, entry)], skb)
  }
  const peer = entry?.mac === undefined ? undefined : withMac(j, node, entry.mac)
  const owner = peer ?? withAddress(j, node, link, nexthop, skb)
  if (!owner) return outside(j, node, at, nexthop, entry, skb)
  if (!peer && entry?.mac !== undefined) {
    const by = `${nexthop} is on ${owner.node.name}, but the neighbour entry names ${entry.mac}, which is not its address`
    throw lost(node.name, at, 'neighbour', by, [proofOf(node.neighbours, entry)], skb)
  }
  if (entry?.mac === undefined) {
    if (skb.family === 6) mustBeFound(j, node, link.name, { node: owner.node, dev: owner.dev }, nexthop, skb)
    const asker = skb.family === 4 ? askingAddressFour(node, link.name, nexthop, skb) : undefined
    if (asker !== undefined) mustBeAnswered(j, owner.node, owner.dev, nexthop, asker, at, skb)
    if (entry && skb.family === 4) mayWaitForAnother(j, node, link, entry, owner, skb)
  }
  return arrive(j, node, at, owner, entry, skb)
}

/**
 * A neighbour that is being asked for (INCOMPLETE) is asked in the name of the first packet that waits (arp_solicit), which need not be
 * this one: unknown where another address of the node would get no answer.
 */
function mayWaitForAnother(j: Journey, node: NodeState, link: Link, entry: Neighbour, owner: Station, skb: Skb): void {
  const at = `${node.name}/${link.name}`
  for (const { address } of need(node, node.addresses, skb).filter((one) => one.family === 4 && one.scope !== 'host')) {
    if (isAnswered(j, owner.node, owner.dev, entry.address, address, skb)) continue
    const why = `${entry.address} is being asked for already, perhaps in the name of ${address}, which ${owner.node.name} would not answer`
    throw unknown(node.name, at, why, [proofOf(node.neighbours, entry)], skb)
  }
}

/** A neighbour of IPv6 that is not in the table must be found first, which rules can prevent. */
export function mustBeFound(j: Journey, node: NodeState, dev: string, answerer: Side, nexthop: string, skb: Skb): void {
  const end = discovery(j, { node, dev }, answerer, nexthop, askingAddress(node, dev, skb))
  if (!end) return
  const by = `the neighbour ${nexthop} cannot be found: its discovery is ${endText(end)}`
  throw lost(node.name, `${node.name}/${dev}`, 'neighbour', by, 'proof' in end ? end.proof : [], skb)
}

function arrive(j: Journey, node: NodeState, at: string, to: Station, entry: Neighbour | undefined, skb: Skb): Outcome {
  note(j, at, `over the wire to ${to.node.name}/${to.dev}`, entry && proofOf(node.neighbours, entry))
  const link = need(to.node, to.node.links, skb).find((one) => one.name === to.dev)
  if (link && !carries(link)) {
    throw lost(
      to.node.name,
      `${to.node.name}/${to.dev}`,
      'link-down',
      `${to.dev} is down`,
      [proofOf(to.node.links, link)],
      skb,
    )
  }
  mustBeTaken(to.node, skb, to.dev)
  leaveNamespace(skb)
  if (link?.master !== undefined) runDeviceHook(j, to.node, 'ingress', to.dev, skb)
  return receive(j, to.node, link?.master ?? to.dev, skb)
}

/** The other node's device that has this MAC address. */
function withMac(j: Journey, node: NodeState, mac: string): Station | undefined {
  for (const other of j.world.nodes.values()) {
    if (other.name === node.name || 'missing' in other.links) continue
    const link = other.links.value.find((one) => one.mac === mac && one.kind !== 'vxlan' && one.kind !== 'bridge')
    const bridge = other.links.value.find((one) => one.mac === mac)
    if (link ?? bridge) return { node: other, dev: (link ?? bridge)!.name }
  }
  return undefined
}

/** The node that answers for an address on this wire: one whose device there, or else any of its devices, has it. */
function withAddress(j: Journey, node: NodeState, link: Link, address: string, skb: Skb): Station | undefined {
  const named = j.world.nodeAddresses.get(address)
  const others = [...j.world.nodes.values()].filter((other) => other.name !== node.name)
  for (const other of others.toSorted((a, b) => Number(b.name === named) - Number(a.name === named))) {
    const own = need(other, other.addresses, skb)
    const holding = own.find((one) => one.address === address)
    if (!holding) continue
    const dev = commonWire(node, link, own, skb)
    if (dev === undefined && link.master !== undefined) throw behindPort(node, link, address, other, skb)
    return { node: other, dev: dev ?? holding.dev }
  }
  if (named !== undefined && named !== node.name && !j.world.nodes.has(named)) {
    throw unread(named, skb)
  }
  return undefined
}

/** End: a bridge port has no subnet to go by, and what hangs on it may be a pod or a wire. */
function behindPort(node: NodeState, link: Link, address: string, other: NodeState, skb: Skb): Ended {
  const why = `whether ${address} of ${other.name} is behind ${link.name}, a port of ${link.master}, cannot be told`
  return unknown(node.name, `${node.name}/${link.name}`, why, [proofOf(node.links, link)], skb)
}

/** The device of another node that has an address in one of this device's subnets. */
function commonWire(node: NodeState, link: Link, others: Address[], skb: Skb): string | undefined {
  const subnets = need(node, node.addresses, skb).filter(
    (a) => a.dev === link.name && a.scope !== 'link' && a.scope !== 'host',
  )
  const shared = others.find(
    (other) => other.scope !== 'host' && subnets.some((own) => contains(subnet(own), other.address)),
  )
  return shared?.dev
}

/** Nobody in the cluster is known behind this neighbour: the packet has left the world. */
function outside(
  j: Journey,
  node: NodeState,
  at: string,
  nexthop: string,
  entry: Neighbour | undefined,
  skb: Skb,
): Outcome {
  const proof = entry ? [proofOf(node.neighbours, entry)] : []
  if (skb.isAnswer && j.origin.outside === skb.destination) {
    mustBeExpected(j, node.name, at, skb)
    note(j, at, `the answer leaves for ${skb.destination}`, ...proof)
    return { end: { fate: 'delivered', to: { ip: skb.destination } } }
  }
  const by = nexthop === skb.destination ? `${nexthop} is nobody in the cluster` : `it leaves the cluster by ${nexthop}`
  throw lost(node.name, at, 'outside', by, proof, skb)
}

/** A neighbour that did not answer. One that is being asked right now (INCOMPLETE) says nothing yet. */
export function isDead(entry: Neighbour): boolean {
  return entry.state.includes('FAILED')
}
