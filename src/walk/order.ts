import { Ended } from './ended.ts'
import type { Journey } from './journey.ts'
import type { Station } from './netfilter.ts'
import type { Skb, Tracking } from './skb.ts'
import type { NodeState } from './world.ts'

/**
 * Runs a row of base chains one after the other, until `run` says that it is done. Of chains of one priority the one that was made last
 * runs first (nf_hook_entries_grow), and no dump says when a chain was made, only in which order the nf_tables tables were. So where
 * chains of two tables share a priority and it matters to the packet which comes first, both orders are walked, unless it was settled
 * for the node. `again` is called before the row is run anew; a `dry` run of a chain is taken back.
 */
export function inAnyOrder(
  j: Journey,
  node: NodeState,
  row: Station[],
  skb: Skb,
  run: Run,
  again: () => void = () => undefined,
): void {
  const go = (stations: Station[]) => stations.some((station) => run(station, false))
  const turned = turnedRow(row)
  if (!turned || node.chainOrder === 'as-listed') {
    go(row)
    return
  }
  if (node.chainOrder === 'turned') {
    go(turned)
    return
  }
  if (!isOrderFelt(j, row, skb, run)) {
    go(row)
    return
  }
  const before = snapshot(skb)
  const steps = j.steps.length
  let end: unknown
  let done = false
  try {
    done = go(row)
  } catch (thrown) {
    if (!(thrown instanceof Ended)) throw thrown
    end = thrown
  }
  if (!done && !end && leftAsItWas(before, skb)) return
  const proof = row.map(({ table, chain }) => ({ path: table.path, line: chain.line }))
  const why = 'which of these chains of one priority comes first is not in the dumps'
  const where = { node: node.name, at: `${node.name}/netfilter`, why, proof, because: 'chain-order' as const }
  if (j.choose('unsure', [0.5, 0.5], where) === 0) {
    if (end) throw end
    return
  }
  restore(skb, before)
  j.steps.length = steps
  again()
  go(turned)
}

const isRival = (one: Station, other: Station): boolean =>
  one.table !== other.table && one.chain.base.priority === other.chain.base.priority

/** The row with chains of one priority the other way round, table by table; undefined where there is but one order. */
function turnedRow(row: Station[]): Station[] | undefined {
  if (!row.some((one, at) => row.slice(at + 1).some((other) => isRival(one, other)))) return undefined
  const tables = [...new Set(row.map(({ table }) => table))]
  const rank = ({ table }: Station) => -tables.indexOf(table)
  return row.toSorted((a, b) => a.chain.base.priority - b.chain.base.priority || rank(a) - rank(b))
}

type Run = (station: Station, dry: boolean) => boolean

/** What a chain does to the packet: it ends its way or its row, it marks it, or nothing. */
type Deed = 'ends' | 'marks' | 'nothing'

/** Whether the order may matter to this packet: two rivals do something to it, or one does once another has left its mark. */
function isOrderFelt(j: Journey, row: Station[], skb: Skb, run: Run): boolean {
  const rivals = row.filter((one) => row.some((other) => isRival(one, other)))
  const deedOf = (station: Station): Deed =>
    options.map((option) => tried(j, station, skb, run, option, (deed) => deed)).find((d) => d !== 'nothing') ??
    'nothing'
  const doers = rivals.filter((station) => deedOf(station) !== 'nothing')
  const [only] = doers
  if (doers.length > 1 || !only) return doers.length > 1
  const others = rivals.filter((station) => station !== only)
  const isMarkSeen = (deed: Deed) => deed === 'marks' && others.some((other) => deedOf(other) !== 'nothing')
  return options.some((option) => tried(j, only, skb, run, option, isMarkSeen))
}

/** Chains that meet a choice are tried with its first and its last option. */
const options = ['first', 'last'] as const

/** Runs a chain to `look` at what it did, and takes it back. */
function tried<T>(
  j: Journey,
  station: Station,
  skb: Skb,
  run: Run,
  option: (typeof options)[number],
  look: (deed: Deed) => T,
): T {
  const { choose } = j
  const before = snapshot(skb)
  const steps = j.steps.length
  j.choose = (_, shares) => (option === 'first' ? 0 : shares.length - 1)
  let deed: Deed = 'ends'
  try {
    if (!run(station, true)) deed = leftAsItWas(before, skb) ? 'nothing' : 'marks'
  } catch (thrown) {
    if (!(thrown instanceof Ended)) throw thrown
  }
  try {
    return look(deed)
  } finally {
    j.choose = choose
    restore(skb, before)
    j.steps.length = steps
  }
}

/** Marks and tracking are what one chain can leave for the next. */
function leftAsItWas({ skb: was, connection }: Snapshot, skb: Skb): boolean {
  if (was.mark !== skb.mark || was.tracking !== skb.tracking) return false
  return !connection || (skb.tracking as Tracking).connection.mark === connection.mark
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
  for (const key of Object.keys(skb)) if (!(key in held.skb)) delete (skb as Partial<Skb>)[key as keyof Skb]
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
