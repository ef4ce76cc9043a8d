import type { Cell, Proof } from '../model.ts'
import { applyChange } from '../walk/change.ts'
import { walk } from '../walk/walk.ts'
import type { Change, Course, Step, World } from '../walk/world.ts'
import { butFor, endsAt, type Suspected } from './but-for.ts'
import { failed } from './cells.ts'
import { packetOf } from './courses.ts'
import { visibleEnd } from './endings.ts'
import type { Reader } from './reader.ts'

/** A line of a node's state without which failed probes would arrive. */
export interface BlockingLine {
  node: string
  proof: Proof
  change: Change
  explains: string[]
  /** Where those packets end with it, in the walk's words. */
  by: string
  /** The walk could not tell what the line does to them: why. */
  untold?: string
}

/** The files whose lines decide a packet's way, each by itself. */
const FILES = /^nodes\/([^/]+)\/(ip6?tables-(nft|legacy)\.txt|(nft|routes6?|rules6?|neighbours|fdb)\.jsonl)$/

/** kube-proxy's own lines: what they are told is wrong, not that they are there. */
const KUBE_PROXY = /^(\[\d+:\d+\] )?-A KUBE-|"table":"kube-proxy"/

/** Rules that let some packets pass and others not, by rate or by what is in them: one that most tries came through is not what stops the rest. */
const UNEVEN = /limit|recent|statistic|quota|numgen|random|ct count|string|u32|bpf/

/** Less likely than this, and tries that all came through did meet a line; of some hundred cells one beats one in a thousand. */
const UNLIKELY = 0.0001

/** Most lines that are weighed; each costs a walk of all probes. */
const most = 32

interface Facts {
  world: World
  cells: readonly Cell[]
  courses: ReadonlyMap<string, Course[]>
  evidence: Reader
}

/**
 * The but-for test of everything that the walk cites: each line of rules, routes, routing rules, neighbours and forwarding entries that
 * packets of failed probes meet is taken away in the model. Where they then all arrive, and nothing breaks, it is in the way. A line that
 * the walk cannot tell counts as failing, unless probes that met it came through. Lines that explain most come first.
 */
export function blockingLines({ world, cells, courses, evidence }: Facts): BlockingLine[] {
  const bad = cells.filter((cell) => failed(cell) !== 'none')
  const through = tally(
    cells.filter((cell) => !bad.includes(cell)),
    courses,
  )
  const lost = tally(bad, courses)
  const tried = new Set<string>()
  const found: BlockingLine[] = []
  const weigh = (key: string, suspect?: Suspected) => {
    const proof = proofOf(key, evidence)
    const node = FILES.exec(proof.path)?.[1]
    if (!node || tried.has(key) || tried.size >= most || KUBE_PROXY.test(proof.quote ?? '')) return
    tried.add(key)
    const change: Change = { change: 'forget-line', node, path: proof.path, line: proof.line! }
    const least = UNEVEN.test(proof.quote ?? '') ? (lost.get(key) ?? 0) : 1
    const cleared = (through.get(key) ?? 0) >= least
    const own: Suspected = suspect ?? { path: proof.path, line: proof.line! }
    const stuck = cleared ? [] : bad.filter((cell) => courses.get(cell.id)?.some((c) => endsAt(c, own)))
    const { explains, breaks } = butFor(world, cells, courses, change, stuck.length > 0 ? own : undefined)
    if (explains.length > 0 && breaks.length === 0) {
      const ends = (courses.get(explains[0]!) ?? []).map((course) => visibleEnd(course).end)
      const end = ends.find(({ fate }) => fate !== 'delivered')
      const untold = end?.fate === 'unknown' ? { untold: end.why } : {}
      found.push({ node, proof, change, explains, by: end && 'by' in end ? end.by : '', ...untold })
      return
    }
    // behind a line that cannot be told there may be the one that stops the packets
    const [first] = stuck
    const packet = first && packetOf(first)
    if (!packet || suspect) return
    for (const next of citedBy(walk(applyChange(world, change), first.from, packet))) weigh(next, own)
  }
  const keys = [...new Set(bad.flatMap((cell) => citedBy(courses.get(cell.id))))]
  for (const key of keys.filter((one) => !through.has(one))) weigh(key)
  for (const key of keys.filter((one) => through.has(one))) weigh(key)
  return found.sort((a, b) => b.explains.length - a.explains.length)
}

/** How many tries of some cells met each line. */
function tally(cells: readonly Cell[], courses: ReadonlyMap<string, Course[]>): Map<string, number> {
  const tries = new Map<string, number>()
  for (const cell of cells)
    for (const key of surelyMet(cell, courses.get(cell.id) ?? []))
      tries.set(key, (tries.get(key) ?? 0) + cell.attempts.length)
  return tries
}

/** What the tries of a cell cannot all have passed by: which way a packet takes may be left to chance. */
function surelyMet(cell: Cell, courses: readonly Course[]): string[] {
  // a ping that was refused for its size counts as come through, and never arrived
  if (cell.to.protocol === 'icmp' && cell.attempts.every(({ seconds }) => seconds === 0)) return []
  const shares = new Map<string, number>()
  for (const course of courses)
    for (const key of new Set(citedBy([course]))) shares.set(key, (shares.get(key) ?? 0) + course.share)
  return [...shares].flatMap(([key, share]) => ((1 - share) ** cell.attempts.length < UNLIKELY ? [key] : []))
}

/** `path:line` of all that courses cite, their ends first. */
function citedBy(courses: readonly Course[] | undefined): string[] {
  const all = courses ?? []
  const ends = all.flatMap(({ end, back }) => [end, ...(back ? [back.end] : [])])
  const steps: Step[] = all.flatMap((course) => [...course.steps, ...(course.back?.steps ?? [])])
  return [
    ...ends.flatMap((end) => ('proof' in end ? end.proof : [])),
    ...ends.flatMap((end) => ('rule' in end && end.rule ? [end.rule] : [])),
    ...steps.flatMap((step) => step.proof),
  ].flatMap(({ path, line }) => (line === undefined ? [] : [`${path}:${line}`]))
}

function proofOf(key: string, evidence: Reader): Proof {
  const colon = key.lastIndexOf(':')
  return evidence.proofLine(key.slice(0, colon), Number(key.slice(colon + 1)))
}
