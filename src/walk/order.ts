import { Ended } from './ended.ts'
import type { Journey } from './journey.ts'
import type { Station } from './netfilter.ts'
import type { Skb } from './skb.ts'
import type { NodeState } from './world.ts'

/**
 * Runs base chains of one priority one after the other, until `run` says that it is done. Where chains of iptables-legacy and of
 * nf_tables share a priority, the dumps do not show which was registered last and so runs first: if a chain ends the row and one whose
 * turn may have come before it stands behind, both orders are walked.
 */
export function inAnyOrder(
  j: Journey,
  node: NodeState,
  row: Station[],
  skb: Skb,
  run: (station: Station) => boolean,
): void {
  for (let at = 0; at < row.length; at++) {
    const station = row[at]!
    const rivals = row.slice(at + 1).filter((other) => mayComeFirst(other, station))
    if (rivals.length === 0) {
      if (run(station)) return
      continue
    }
    const before = snapshot(skb)
    let end: unknown
    let done: boolean = false
    try {
      done = run(station)
    } catch (thrown) {
      if (!(thrown instanceof Ended)) throw thrown
      end = thrown
    }
    if (!done && !end) continue
    const proof = [station, ...rivals].map(({ table, chain }) => ({ path: table.path, line: chain.line }))
    const why = 'which of these chains of one priority comes first is not in the dumps'
    const first = j.choose('unsure', [0.5, 0.5], { node: node.name, at: `${node.name}/netfilter`, why, proof }) === 0
    if (first) {
      if (end) throw end
      return
    }
    const after = snapshot(skb)
    restore(skb, before)
    for (const rival of rivals) if (run(rival)) return
    if (end) throw end
    restore(skb, after)
    return
  }
}

function mayComeFirst(one: Station, other: Station): boolean {
  const legacy = (station: Station) => station.table.backend === 'iptables-legacy'
  return (
    one.chain.base.priority === other.chain.base.priority &&
    legacy(one) !== legacy(other) &&
    (one.chain.rules.length > 0 || one.chain.base.policy === 'drop')
  )
}

interface Snapshot {
  skb: Skb
  connection?: { reply: object; settled: object; status: string[]; mark: number }
}

/** What chains can change: the packet and its connection. */
function snapshot(skb: Skb): Snapshot {
  const held: Snapshot = { skb: { ...skb } }
  if (skb.tracking && skb.tracking !== 'untracked') {
    const { reply, settled, status, mark } = skb.tracking.connection
    held.connection = { reply: { ...reply }, settled: { ...settled }, status: [...status], mark }
  }
  return held
}

function restore(skb: Skb, held: Snapshot): void {
  Object.assign(skb, held.skb)
  if (held.connection && skb.tracking && skb.tracking !== 'untracked') {
    const { reply, settled, status, mark } = held.connection
    Object.assign(skb.tracking.connection, {
      reply: { ...reply },
      settled: { ...settled },
      status: new Set(status),
      mark,
    })
  }
}
