import type { Cell } from '../model.ts'
import { applyChange } from '../walk/change.ts'
import { walk } from '../walk/walk.ts'
import type { Change, Course, World } from '../walk/world.ts'
import { failed } from './cells.ts'
import { packetOf } from './courses.ts'

/** Shares (0 to 1) of a cell's courses by what the client would see. */
export interface Prospect {
  ok: number
  failed: number
  unknown: number
}

/** What is known otherwise of a course that the walk cannot follow to its end. */
export type Witness = (course: Course) => 'ok' | 'failed' | undefined

/**
 * A course that ends at a node whose state was not read goes on to an endpoint; where the same vantage tried that endpoint by itself,
 * the outcome of that stands for the rest of the way.
 */
export function witness(cell: Cell, cells: readonly Cell[]): Witness {
  return ({ end, translatedTo }) => {
    if (end.fate !== 'unknown' || !end.because) return undefined
    // a policy program in user space (NFQUEUE) lets pass what no policy denies; denials are the policy checks' word
    if (end.because === 'program') return 'ok'
    if (!translatedTo) return undefined
    const direct = cells.find(
      (c) =>
        c.to.kind === 'endpoint' &&
        !c.to.variant &&
        c.to.ip === translatedTo.ip &&
        c.to.port === translatedTo.port &&
        c.to.protocol === cell.to.protocol &&
        c.from.kind === cell.from.kind &&
        c.from.node === cell.from.node,
    )
    if (!direct) return undefined
    const seen = failed(direct)
    return seen === 'none' ? 'ok' : seen === 'all' ? 'failed' : undefined
  }
}

/** What the client of these courses would see: an answer, none, or nothing that can be said. */
export function prospect(courses: readonly Course[], known: Witness = () => undefined): Prospect {
  const sums: Prospect = { ok: 0, failed: 0, unknown: 0 }
  for (const course of courses) {
    const end = course.end.fate === 'delivered' && course.back ? course.back.end : course.end
    sums[end.fate === 'delivered' ? 'ok' : end.fate === 'unknown' ? (known(course) ?? 'unknown') : 'failed'] +=
      course.share
  }
  return sums
}

/** Less likely than this, and what was seen contradicts what was foreseen. A run has some hundred cells. */
const UNLIKELY = 0.001

/** A failed cell in a world in which another cause has been put right: its tries were seen under both, so their share says nothing. */
export type Masked = Cell & { masked?: true }

/** Whether what the model foresees is what was seen; a contradiction means that the model misses something. */
export function agrees(cell: Masked, foreseen: Prospect): boolean {
  if (cell.masked) return foreseen.failed > 0
  const seen = failed(cell)
  const tries = cell.attempts.length
  if (seen === 'none') return (1 - foreseen.failed) ** tries >= UNLIKELY
  if (seen === 'all') return foreseen.failed > 0 && (1 - foreseen.ok) ** tries >= UNLIKELY
  return foreseen.failed > 0 && foreseen.ok > 0
}

export interface Blame {
  /** Failed cells that the change heals in the model. */
  explains: string[]
  /** Cells that came through and would not with the change. */
  breaks: string[]
}

/** A line at which the walk cannot tell how it goes on: whether it stops the packet is what the probes are asked. */
export interface Suspected {
  path: string
  line: number
}

/** Whether a course ends at a line that cannot be told. */
export function endsAt({ end, back }: Course, { path, line }: Suspected): boolean {
  return [end, back?.end].some(
    (one) => one?.fate === 'unknown' && one.proof.some((proof) => proof.path === path && proof.line === line),
  )
}

/**
 * The but-for test: with this one thing put right, which failed probes are delivered, and does any that passed break?
 * A change is guilty of the failed cells whose failure the model foresaw as it was seen, and whose every course is delivered afterwards.
 * With `suspect`, courses that end untold at that line count as failed.
 */
export function butFor(
  world: World,
  cells: readonly Cell[],
  courses: ReadonlyMap<string, Course[]>,
  change: Change,
  suspect?: Suspected,
): Blame {
  const healed = applyChange(world, change)
  const touched = nodesOf(change)
  const blame: Blame = { explains: [], breaks: [] }
  for (const cell of cells) {
    const before = courses.get(cell.id)
    const packet = packetOf(cell)
    // a node that the packet does not pass has no say in its fate
    if (!before || !packet || !passes(cell, before, touched)) continue
    const known = witness(cell, cells)
    const stuck: Witness = (course) => (suspect && endsAt(course, suspect) ? 'failed' : known(course))
    const was = prospect(before, suspect && failed(cell) !== 'none' ? stuck : known)
    if (failed(cell) === 'none') {
      if (was.failed > 0) continue
      if (prospect(walk(healed, cell.from, packet), known).failed > 0) blame.breaks.push(cell.id)
    } else if (agrees(suspect ? { ...cell, masked: true } : cell, was)) {
      const now = prospect(walk(healed, cell.from, packet), known)
      if (now.failed === 0 && now.unknown === 0) blame.explains.push(cell.id)
    }
  }
  blame.explains = withNames(cells, blame.explains)
  return blame
}

/** Explained cells, and with them look-ups by the client's own resolver: those fail with the queries to its nameserver, if all are explained. */
export function withNames(cells: readonly Cell[], explained: readonly string[]): string[] {
  const lookups = cells
    .filter(
      (cell) =>
        cell.to.ip === undefined &&
        (cell.to.kind === 'dns' || cell.to.kind === 'external-name') &&
        failed(cell) !== 'none',
    )
    .filter((cell) => {
      const queries = cells.filter(
        (q) =>
          q.to.kind === 'dns' &&
          q.to.ip !== undefined &&
          q.to.pod === undefined &&
          q.to.protocol === 'udp' &&
          sameVantage(q, cell),
      )
      const bad = queries.filter((q) => failed(q) !== 'none')
      return bad.length > 0 && bad.every((q) => explained.includes(q.id))
    })
    .map((cell) => cell.id)
  return [...explained, ...lookups]
}

function sameVantage(a: Cell, b: Cell): boolean {
  return a.from.kind === b.from.kind && a.from.node === b.from.node
}

function nodesOf(change: Change): Set<string> {
  return new Set(change.change === 'several' ? change.changes.flatMap((one) => [...nodesOf(one)]) : [change.node])
}

function passes(cell: Cell, courses: readonly Course[], nodes: ReadonlySet<string>): boolean {
  if (nodes.has(cell.from.node) || nodes.has(cell.to.node ?? '')) return true
  const at = (place: string) => nodes.has(place.split('/')[0]!)
  return courses.some(
    (c) =>
      c.steps.some((s) => at(s.at)) ||
      (c.back?.steps.some((s) => at(s.at)) ?? false) ||
      ('node' in c.end && nodes.has(c.end.node)) ||
      (c.back !== undefined && 'node' in c.back.end && nodes.has(c.back.end.node)),
  )
}
