import type { Cell, Outcome } from '../model.ts'
import type { Course } from '../walk/world.ts'
import { THROUGH_SERVICE } from './blame.ts'
import { prospect } from './but-for.ts'
import { failed } from './cells.ts'
import { visibleEnd } from './endings.ts'

/** Failed probes that the model delivers: what stops them is none of the nodes' own doing. */
export function outsideTheModel(cells: readonly Cell[], courses: ReadonlyMap<string, Course[]>): Cell[] {
  return cells.filter((cell) => {
    const all = courses.get(cell.id)
    if (!all || failed(cell) === 'none') return false
    const p = prospect(all)
    return p.failed === 0 && p.unknown === 0 && p.ok > 0
  })
}

/** A server spoke: its packets went both ways, whatever it said. */
const ANSWERED = new Set<Outcome>(['ok', 'late', 'nxdomain', 'servfail', 'dns-refused', 'no-data', 'wrong-answer'])

/** Most places that are named. */
const most = 4

/**
 * What the walk says of failed probes that nothing explains: that their packets arrive, and what is left that may stop them, or which line
 * it could not follow. One sentence for each place where they arrive or where the walk stops.
 */
export function gaps(unexplained: readonly Cell[], courses: ReadonlyMap<string, Course[]>): string[] {
  const arrived = new Map<string, Cell[]>()
  const untold = new Map<string, number>()
  const outside = new Set(outsideTheModel(unexplained, courses))
  // what goes straight to a pod says most of where it is lost
  const lost = unexplained.filter((cell) => cell.attempts.some(({ outcome }) => !ANSWERED.has(outcome)))
  const direct = lost.filter(({ to }) => to.kind === 'endpoint')
  for (const cell of direct.length > 0 ? direct : lost) {
    if (outside.has(cell)) {
      const place = cell.to.pod ? `pod ${cell.to.pod}` : (cell.to.ip ?? cell.to.kind)
      arrived.set(place, [...(arrived.get(place) ?? []), cell])
    } else {
      const stuck = courses.get(cell.id)?.find(({ end, back }) => (back?.end ?? end).fate === 'unknown')
      const end = stuck && (stuck.back?.end ?? stuck.end)
      if (end?.fate !== 'unknown') continue
      const [proof] = end.proof
      const where = proof ? ` (${proof.path}${proof.line === undefined ? '' : `:${proof.line}`})` : ''
      const key = `${end.at}: ${end.why}${where}`
      untold.set(key, (untold.get(key) ?? 0) + 1)
    }
  }
  return [
    ...[...arrived]
      .slice(0, most)
      .map(
        ([place, cells]) =>
          `By all that was read the packets of ${count(cells.length)} arrive at ${place}; ${between(cells)}.`,
      ),
    ...[...untold].slice(0, most).map(([key, n]) => `The walk cannot follow the packets of ${count(n)} beyond ${key}.`),
  ]
}

/** Ways to the Service that go on to a server; a port that it does not have and pings refused for their size end on the way. */
const isServed = ({ to }: Cell): boolean =>
  (to.kind === 'endpoint' || THROUGH_SERVICE.includes(to.kind)) && to.variant !== 'holder' && to.protocol !== 'icmp'

/**
 * Probes that came through although by all that was read none of their packets can have: what was read is not what they met. One sentence
 * for each place where the walk ends.
 */
export function unforeseen(cells: readonly Cell[], courses: ReadonlyMap<string, Course[]>): string[] {
  const ends = new Map<string, number>()
  for (const cell of cells) {
    const all = courses.get(cell.id) ?? []
    const { ok, unknown } = prospect(all)
    if (!isServed(cell) || failed(cell) !== 'none' || all.length === 0 || ok > 0 || unknown > 0) continue
    const { end } = visibleEnd(all[0]!)
    const key = 'by' in end ? `${end.at}: ${end.by}` : end.fate
    ends.set(key, (ends.get(key) ?? 0) + 1)
  }
  return [...ends]
    .slice(0, most)
    .map(
      ([key, n]) =>
        `The walk ends the packets of ${count(n)} at ${key}, and yet they came through: that changed while it was read, or something else lets them pass.`,
    )
}

const count = (n: number) => (n === 1 ? 'one kind of probe' : `${n} kinds of probe`)

/** What may stop packets that the nodes' rules let through: within the node, if its own host fails as well; else on the way there. */
function between(cells: readonly Cell[]): string {
  const near = cells.some(({ from, to }) => from.node !== '' && from.node === to.node)
  return near
    ? 'what stops them is on that node and was not read, or in the pod itself: rules of its own (a sidecar), an eBPF program, an IPsec policy, the application'
    : 'what stops them lies between the nodes or was not read there: a firewall or security group, offload of a network card, an eBPF program'
}
