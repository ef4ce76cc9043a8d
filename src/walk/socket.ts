import type { Proof } from '../model.ts'
import type { Listener } from '../parse/host.ts'
import type { Outcome } from './ended.ts'
import { type Journey, lost, need, note, proofOf } from './journey.ts'
import { refuse } from './reject.ts'
import { answerTo, packetOf, reversed, type Skb, sameTuple, show } from './skb.ts'
import { decapsulate } from './vxlan.ts'
import type { NodeState, Part, Place } from './world.ts'

/** The packet is for the node itself and has passed INPUT: a tunnel, the process that waits for an answer, or a listener. */
export function deliverToNode(j: Journey, node: NodeState, skb: Skb): Outcome {
  const place: Place = { node: node.name }
  if (skb.carries) return decapsulate(j, node, skb)
  if (skb.isAnswer) return arriveAtOrigin(j, place, skb)
  const at = `${node.name}/socket`
  const to = { ip: skb.destination, node: node.name, ...(skb.dport === undefined ? {} : { port: skb.dport }) }
  const end = { fate: 'delivered' as const, to, packet: packetOf(skb) }
  if (skb.protocol === 'icmp') {
    note(j, at, `${show(skb)} arrives`)
    return { end, answer: { from: place, skb: answerTo(skb, 'served') } }
  }
  need(node, node.listeners, skb)
  const listener = listenerFor(node.listeners, skb)
  if (listener) {
    note(j, at, `${show(skb)} arrives at a listener`, listener)
    return { end, answer: { from: place, skb: answerTo(skb, 'served') } }
  }
  const by = `nothing listens on ${skb.protocol} port ${skb.dport} for ${skb.destination}`
  throw refuse(node, skb, {
    fate: 'rejected',
    node: node.name,
    at,
    with: skb.protocol === 'tcp' ? 'rst' : 'icmp-port-unreachable',
    by,
    proof: [{ path: node.listeners.path }],
    packet: packetOf(skb),
  })
}

/** Line of the socket that takes the packet: its protocol, port, family and address, and its device if it is bound to one. */
export function listenerFor(part: Part<Listener[]>, skb: Skb): Proof | undefined {
  if ('missing' in part) return undefined
  const found = part.value.find(
    (one) =>
      one.protocol === skb.protocol &&
      one.port === skb.dport &&
      (one.dev === undefined || one.dev === skb.iif) &&
      (one.address === 'any'
        ? one.family === skb.family || (one.family === 6 && !one.v6only)
        : one.address === skb.destination),
  )
  return found && proofOf(part, found)
}

/** An answer has come to a host: it ends well if that is who asked, and if it looks as the asker expects. */
export function arriveAtOrigin(j: Journey, place: Place, skb: Skb): Outcome {
  const at = place.pod ? `pod ${place.pod.name}` : `${place.node}/socket`
  const { origin } = j
  if (origin.outside !== undefined || origin.node !== place.node || origin.pod?.name !== place.pod?.name) {
    throw lost(place.node, at, 'source', `the answer (${show(skb)}) came here, but not from here was asked`, [], skb)
  }
  mustBeExpected(j, place.node, at, skb)
  note(j, at, `the answer arrives: ${show(skb)}`)
  return {
    end: {
      fate: 'delivered',
      to: { ip: skb.destination, node: place.node, ...(place.pod ? { pod: place.pod.name } : {}) },
    },
  }
}

/** The asker's kernel takes only what comes from where it sent to (an ICMP error: what quotes what it sent). */
export function mustBeExpected(j: Journey, node: string, at: string, skb: Skb): void {
  const seen = skb.kind === 'error' && skb.inner ? reversed(skb.inner) : skb
  const { expected } = j
  if (!expected || sameTuple(seen, expected)) return
  const wanted = expected.sport === undefined ? expected.source : `${expected.source} port ${expected.sport}`
  const by = `the answer comes as ${show(skb)}, but the client waits for ${wanted}`
  throw lost(node, at, 'invalid-answer', by, skb.bypass ?? [], skb)
}
