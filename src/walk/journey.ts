import type { Proof } from '../model.ts'
import type { Read } from '../parse/host.ts'
import type { Choose } from './choices.ts'
import type { Connection } from './conntrack.ts'
import { Ended } from './ended.ts'
import { packetOf, type Skb, type Tuple } from './skb.ts'
import type { End, EndPlace, LossKind, NodeState, Part, Place, Step, World } from './world.ts'

/** One run through the world with every choice taken one way: what is remembered from hop to hop. */
export interface Journey {
  world: World
  choose: Choose
  /** Steps of the direction that is walked now. */
  steps: Step[]
  /** Connections that the first packet made, on every node that it crossed. */
  connections: Connection[]
  /** Who sent the first packet, and what it will take for an answer, once its source is chosen. */
  origin: Place
  expected?: Tuple
  /** IPv6 neighbours that learned an address on this journey by being asked: `node/device/address`. */
  taught: Set<string>
  /** Ends a loop that would go round for ever. */
  hops: number
}

/** Notes what happened to the packet. */
export function note(j: Journey, at: string, did: string, ...proof: (Proof | undefined)[]): void {
  j.steps.push({ at, did, proof: proof.filter((one) => one !== undefined) })
}

/** A line of a node's evidence as proof. */
export function proofOf(part: { path: string }, item?: Read & { path?: string }): Proof {
  return item ? { path: item.path ?? part.path, line: item.line, quote: item.raw } : { path: part.path }
}

/** The node's state, or the end of the walk where it was not read. */
export function nodeOf(j: Journey, name: string, skb: Skb): NodeState {
  const node = j.world.nodes.get(name)
  if (!node) throw unread(name, skb)
  return node
}

/** End: the packet goes to a node whose state was not read. */
export function unread(name: string, skb: Skb): Ended {
  const why = `the state of node ${name} was not read`
  const end: End = { fate: 'unknown', node: name, at: `${name}/host`, why, proof: [], because: 'unread-node' }
  return new Ended({ end: { ...end, ...placeOf(skb) } })
}

/** A part of the node's state that the packet needs now, or the end of the walk where it was not read. */
export function need<T>(node: NodeState, part: Part<T>, skb?: Skb): T {
  if ('missing' in part) throw unknown(node.name, part.path, `${part.path} was not read: ${part.missing}`, [], skb)
  return part.value
}

function placeOf(skb?: Skb): EndPlace {
  return skb ? { packet: packetOf(skb) } : {}
}

/** End: the walk cannot say. */
export function unknown(node: string, at: string, why: string, proof: Proof[], skb?: Skb): Ended {
  return new Ended({ end: { fate: 'unknown', node, at, why, proof, ...placeOf(skb) } })
}

/** End: silently dropped. */
export function dropped(node: string, at: string, by: string, proof: Proof[], skb?: Skb, place: EndPlace = {}): Ended {
  return new Ended({ end: { fate: 'dropped', node, at, by, proof, ...placeOf(skb), ...place } })
}

/** End: no way on. */
export function lost(node: string, at: string, kind: LossKind, by: string, proof: Proof[], skb?: Skb): Ended {
  return new Ended({ end: { fate: 'lost', node, at, by, kind, proof, ...placeOf(skb) } })
}

/** Value of a sysctl (`net/ipv4/ip_forward`) and its line; undefined where the node does not have it. */
export function sysctl(node: NodeState, key: string, skb?: Skb): { value: string; proof: Proof } | undefined {
  const found = need(node, node.sysctls, skb).get(key)
  return found && { value: found.value.trim(), proof: proofOf(node.sysctls, found) }
}

/** Whether a sysctl is a number other than 0; absent counts as 0 (older kernels and absent modules). */
export function isSet(node: NodeState, key: string, skb?: Skb): boolean {
  const found = sysctl(node, key, skb)
  return found !== undefined && Number(found.value) !== 0
}

/** Short text of an end, for steps and reports. */
export function endText(end: End): string {
  switch (end.fate) {
    case 'delivered':
      return `delivered to ${end.to.pod ?? end.to.node ?? end.to.ip}`
    case 'dropped':
      return `dropped at ${end.at}: ${end.by}`
    case 'rejected':
      return `rejected at ${end.at} with ${end.with}: ${end.by}`
    case 'lost':
      return `lost at ${end.at}: ${end.by}`
    case 'unknown':
      return `unknown at ${end.at}: ${end.why}`
  }
}
