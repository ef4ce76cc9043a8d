import { Ended } from './ended.ts'
import type { Journey } from './journey.ts'
import type { Station } from './netfilter.ts'
import type { Skb, Tracking } from './skb.ts'
import type { NodeState } from './world.ts'

/**
 * Runs a row of base chains one after the other, until `run` says that it is done. Where chains of iptables-legacy and of nf_tables share
 * a priority, the dumps do not show which was registered last and so runs first: if the row does anything to the packet, the other order
 * is walked as well.
 */
export function inAnyOrder(
  j: Journey,
  node: NodeState,
  row: Station[],
  skb: Skb,
  run: (station: Station) => boolean,
): void {
  const other = otherOrder(row)
  if (!other) {
    row.some(run)
    return
  }
  const before = snapshot(skb)
  const steps = j.steps.length
  let end: unknown
  let done = false
  try {
    done = row.some(run)
  } catch (thrown) {
    if (!(thrown instanceof Ended)) throw thrown
    end = thrown
  }
  if (!done && !end && leftAsItWas(before, skb)) return
  const proof = row.map(({ table, chain }) => ({ path: table.path, line: chain.line }))
  const why = 'which of these chains of one priority comes first is not in the dumps'
  if (j.choose('unsure', [0.5, 0.5], { node: node.name, at: `${node.name}/netfilter`, why, proof }) === 0) {
    if (end) throw end
    return
  }
  restore(skb, before)
  j.steps.length = steps
  other.some(run)
}

/** The row with the two backends' chains of equal priority the other way round; undefined where there is but one order. */
function otherOrder(row: Station[]): Station[] | undefined {
  const rivals = (one: Station, at: number) => row.slice(at + 1).some((later) => mayComeFirst(later, one))
  if (!row.some(rivals)) return undefined
  const firstOf = (priority: number) => row.find(({ chain }) => chain.base.priority === priority)
  const rank = ({ table, chain }: Station) => {
    const first = firstOf(chain.base.priority)?.table.backend === 'iptables-legacy'
    return (table.backend === 'iptables-legacy') === first ? 1 : 0
  }
  return row.toSorted((a, b) => a.chain.base.priority - b.chain.base.priority || rank(a) - rank(b))
}

/** Marks and tracking are what one chain can leave for the next. */
function leftAsItWas({ skb: was, connection }: Snapshot, skb: Skb): boolean {
  if (was.mark !== skb.mark || was.tracking !== skb.tracking) return false
  return !connection || (skb.tracking as Tracking).connection.mark === connection.mark
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
