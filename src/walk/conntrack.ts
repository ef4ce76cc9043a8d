import type { Family, Proof, Protocol } from '../model.ts'
import type { ConntrackEntry } from '../parse/host.ts'
import type { Journey } from './journey.ts'
import { need, note, proofOf, unknown } from './journey.ts'
import { isAnyPort, reversed, type Skb, sameTuple, type Tuple, tupleOf } from './skb.ts'
import type { NodeState } from './world.ts'

/** One connection as conntrack holds it on one node. `reply` is the tuple that answers must have to be recognised. */
export interface Connection {
  node: string
  family: Family
  protocol: Protocol
  original: Tuple
  reply: Tuple
  /** Which side's translation is settled, if only to "none" (IPS_SRC_NAT_DONE, IPS_DST_NAT_DONE). */
  settled: { source: boolean; destination: boolean }
  status: Set<'snat' | 'dnat' | 'seen-reply' | 'assured' | 'confirmed'>
  mark: number
  /** Line of the dump, where it existed before. */
  proof?: Proof
}

/**
 * nf_conntrack_in: finds the packet's connection or makes one. A TCP packet that cannot begin a connection and an ICMP error about
 * none stay without (state `invalid`). Runs in PREROUTING and OUTPUT at priority -200.
 */
export function track(j: Journey, node: NodeState, skb: Skb): void {
  if (skb.tracking) return
  // router and neighbour discovery (nf_conntrack_proto_icmpv6)
  if (skb.family === 6 && skb.icmp && skb.icmp.type >= 133 && skb.icmp.type <= 137) {
    skb.tracking = 'untracked'
    return
  }
  if (skb.kind === 'error') {
    trackError(j, node, skb)
    return
  }
  const found = find(j, node, skb)
  if (found) {
    skb.tracking = { ...found, related: false }
    if (found.direction === 'reply') found.connection.status.add('seen-reply')
    return
  }
  if (skb.kind === 'syn-ack' || skb.kind === 'rst' || skb.kind === 'echo-reply') return
  const original = tupleOf(skb)
  const connection: Connection = {
    node: node.name,
    family: skb.family,
    protocol: skb.protocol,
    original,
    reply: reversed(original),
    settled: { source: false, destination: false },
    status: new Set(),
    mark: 0,
  }
  j.connections.push(connection)
  skb.tracking = { connection, direction: 'original', related: false }
}

function find(
  j: Journey,
  node: NodeState,
  skb: Skb,
): { connection: Connection; direction: 'original' | 'reply' } | undefined {
  for (const connection of j.connections) {
    if (connection.node !== node.name || connection.protocol !== skb.protocol || !connection.status.has('confirmed'))
      continue
    if (sameTuple(connection.original, skb)) return { connection, direction: 'original' }
    if (sameTuple(connection.reply, skb)) return { connection, direction: 'reply' }
  }
  return findRecorded(j, node, skb)
}

/** An ICMP error belongs to the connection of the packet that it quotes. */
function trackError(j: Journey, node: NodeState, skb: Skb): void {
  const { inner } = skb
  if (!inner) return
  const answerOfInner = reversed(inner)
  for (const connection of j.connections) {
    if (connection.node !== node.name || connection.protocol !== inner.protocol || !connection.status.has('confirmed'))
      continue
    if (sameTuple(connection.reply, answerOfInner)) {
      skb.tracking = { connection, direction: 'reply', related: true }
      return
    }
    if (sameTuple(connection.original, answerOfInner)) {
      skb.tracking = { connection, direction: 'original', related: true }
      return
    }
  }
}

/** A connection of the node's own table that catches this packet. Only packets with a known source port can meet one. */
function findRecorded(j: Journey, node: NodeState, skb: Skb) {
  if (skb.protocol === 'icmp' || isAnyPort(skb, skb.sport) || isAnyPort(skb, skb.dport)) return undefined
  if (skb.carries) return undefined
  for (const entry of need(node, node.conntrack, skb)) {
    if (entry.protocol !== skb.protocol) continue
    const direction = sameTuple(entry.original, skb) ? 'original' : sameTuple(entry.reply, skb) ? 'reply' : undefined
    if (!direction || mayBegin(entry, skb)) continue
    const connection = recorded(node, entry, skb)
    j.connections.push(connection)
    note(j, `${node.name}/conntrack`, `belongs to a connection that was there before (${direction})`, connection.proof)
    return { connection, direction: direction as 'original' | 'reply' }
  }
  return undefined
}

/** A SYN replaces a connection that has closed (tcp_packet: NF_REPEAT from TIME_WAIT and CLOSE). */
function mayBegin(entry: ConntrackEntry, skb: Skb): boolean {
  return skb.kind === 'syn' && (entry.state === 'TIME_WAIT' || entry.state === 'CLOSE')
}

function recorded(node: NodeState, entry: ConntrackEntry, skb: Skb): Connection {
  const { original, reply } = entry
  const status: Connection['status'] = new Set(['confirmed'])
  if (reply.source !== original.destination || reply.sport !== original.dport) status.add('dnat')
  if (reply.destination !== original.source || reply.dport !== original.sport) status.add('snat')
  if (entry.flags.includes('ASSURED')) status.add('assured')
  if (!entry.flags.includes('UNREPLIED')) status.add('seen-reply')
  return {
    node: node.name,
    family: skb.family,
    protocol: skb.protocol,
    original: tupleOf(original),
    reply: tupleOf(reply),
    settled: { source: true, destination: true },
    status,
    mark: entry.mark ?? 0,
    proof: proofOf(node.conntrack, entry),
  }
}

/**
 * The first packet has passed its last hook: from now on answers are recognised (nf_conntrack_confirm). Two connections of a node never
 * wait for the same answers, nor for what another one began with (nf_conntrack_tuple_taken): a packet that comes round to where it was
 * translated gets another source port (get_unique_tuple), and who then gets an answer is not followed.
 */
export function confirm(j: Journey, node: NodeState, skb: Skb): void {
  if (!skb.tracking || skb.tracking === 'untracked' || skb.tracking.related) return
  const { connection } = skb.tracking
  if (connection.status.has('confirmed')) return
  const rival = j.connections.find(
    (one) =>
      one !== connection &&
      one.node === connection.node &&
      one.protocol === connection.protocol &&
      one.status.has('confirmed') &&
      (sameTuple(one.reply, connection.reply) || sameTuple(one.original, connection.reply)),
  )
  if (rival) {
    const why = 'the packet has come back to a node that translated it before, and gets another source port'
    throw unknown(node.name, `${node.name}/conntrack`, why, [{ path: node.conntrack.path }], skb)
  }
  connection.status.add('confirmed')
}

/** Words of `ct state`; iptables' `snat` and `dnat` stand among them (xt_conntrack). */
export function stateWords(skb: Skb): string[] {
  if (skb.tracking === 'untracked') return ['untracked']
  if (!skb.tracking) return ['invalid']
  const { connection, direction, related } = skb.tracking
  const { status } = connection
  const words = [related ? 'related' : direction === 'reply' || status.has('seen-reply') ? 'established' : 'new']
  if (status.has('snat')) words.push('snat')
  if (status.has('dnat')) words.push('dnat')
  return words
}
