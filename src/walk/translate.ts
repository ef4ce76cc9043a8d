import type { Connection } from './conntrack.ts'
import { reversed, type Skb, type Tuple } from './skb.ts'

/** Which end of a packet a hook may rewrite: destination in PREROUTING and OUTPUT, source in POSTROUTING and INPUT (HOOK2MANIP). */
export type Manip = 'source' | 'destination'

/** What a translation sets; an echo has an identifier where others have a port. */
export interface Target {
  address?: string
  port?: number
  echoId?: number
}

/** Settles one side of a new connection's translation; without `to` there is none (nf_nat_setup_info, null binding). */
export function settle(connection: Connection, manip: Manip, to?: Target): void {
  connection.settled[manip] = true
  if (!to) return
  const now = reversed(connection.reply)
  const next: Tuple = { ...now }
  if (manip === 'destination') {
    if (to.address !== undefined) next.destination = to.address
    if (to.port !== undefined && next.dport !== undefined) next.dport = to.port
  } else {
    if (to.address !== undefined) next.source = to.address
    if (to.port !== undefined && next.sport !== undefined) next.sport = to.port
    if (to.echoId !== undefined) next.echoId = to.echoId
  }
  if (next.destination !== now.destination || next.dport !== now.dport) connection.status.add('dnat')
  if (next.source !== now.source || next.sport !== now.sport || next.echoId !== now.echoId)
    connection.status.add('snat')
  connection.reply = reversed(next)
}

/** Rewrites the packet as its connection says (nf_nat_packet, nf_nat_icmp_reply_translation). Returns whether anything changed. */
export function translate(skb: Skb, manip: Manip): boolean {
  const { tracking } = skb
  if (!tracking || tracking === 'untracked') return false
  const { connection, direction } = tracking
  // in the answer's direction the source is put back where the destination had been translated, and the other way round
  const has = (manip === 'source') === (direction === 'original') ? 'snat' : 'dnat'
  if (!connection.status.has(has)) return false
  const target = reversed(direction === 'original' ? connection.reply : connection.original)
  const before = { ...skb }
  rewrite(skb, manip, target, skb.kind !== 'error')
  // the packet that an error quotes went the other way
  if (skb.inner) rewrite(skb.inner, manip === 'source' ? 'destination' : 'source', reversed(target), true)
  return (
    before.source !== skb.source ||
    before.destination !== skb.destination ||
    before.sport !== skb.sport ||
    before.echoId !== skb.echoId ||
    before.dport !== skb.dport
  )
}

function rewrite(tuple: Tuple, manip: Manip, to: Tuple, ports: boolean): void {
  if (manip === 'source') {
    tuple.source = to.source
    if (ports && to.sport !== undefined) tuple.sport = to.sport
  } else {
    tuple.destination = to.destination
    if (ports && to.dport !== undefined) tuple.dport = to.dport
  }
  if (!ports) return
  // icmp_manip_pkt writes the identifier whichever side it rewrites
  if (to.echoId !== undefined) tuple.echoId = to.echoId
  else delete tuple.echoId
}
