import type { Cause, Cell, Fault, State, Verdict } from './model.ts'

/** A fault as a check reported it, in the checks' order. */
export interface Suspect {
  check: string
  fault: Fault
}

export interface RankInput {
  suspects: readonly Suspect[]
  /** check id → ids of checks that may follow from it. */
  edges: ReadonlyMap<string, readonly string[]>
  /** Failed cells that are the Service's own: they must be explained. */
  hard: readonly Cell[]
  /** Failed cells that only count once a cause explains them (controls, endpoints that are not ready). */
  soft: readonly Cell[]
  /** Datagrams that nobody answered and nobody need answer. */
  mute?: readonly Cell[]
  /** What the answer sentence calls the Service. */
  subject: string
  /** Whether anything was tried at all. */
  tried: boolean
  /** Reasons for what could not be seen. */
  unseen: readonly string[]
}

/**
 * Faults → verdict. The causes are the smallest set that explains all failures: a fault that follows from another one drops out,
 * then the one that explains most is taken, then the one that explains most of the rest. No weights: a wrong order is cured by an edge.
 */
export function rank(input: RankInput): Verdict {
  const hard = new Set(input.hard.map((cell) => cell.id))
  const all = new Set([...hard, ...input.soft.map((cell) => cell.id)])
  const guilty = input.suspects
    .map((suspect) => ({ ...suspect, cells: new Set(suspect.fault.explains.filter((id) => all.has(id))) }))
    .filter((suspect) => suspect.cells.size > 0)
  const roots = guilty.filter((suspect) => !followsFromAnother(suspect, guilty, input.edges))
  const causes: Cause[] = []
  const open = new Set(all)
  for (;;) {
    const best = roots
      .map((root) => ({ root, gain: [...root.cells].filter((id) => open.has(id)).length }))
      .filter(({ gain }) => gain > 0)
      .reduce<{ root: (typeof roots)[number]; gain: number } | undefined>(
        (a, b) => (a && !better(b, a) ? a : b),
        undefined,
      )
    if (!best) break
    for (const id of best.root.cells) open.delete(id)
    const { check, fault, cells } = best.root
    const follows = guilty
      .filter((g) => reaches(check, g.check, input.edges) && overlap(g.cells, cells))
      .map((g) => g.check)
    causes.push({
      ...fault,
      explains: [...cells],
      check,
      certainty: fault.unsure ? 'likely' : 'certain',
      follows: [...new Set(follows)],
    })
  }
  const unexplained = [...open].filter((id) => hard.has(id))
  const state: State =
    causes.length > 0 ? 'faulty' : unexplained.length > 0 || !input.tried ? 'undetermined' : 'healthy'
  return { state, says: sentence(state, causes, unexplained, input), causes, unexplained }
}

type Guilty = Suspect & { cells: Set<string> }

function better(a: { root: Guilty; gain: number }, b: { root: Guilty; gain: number }): boolean {
  if (a.gain !== b.gain) return a.gain > b.gain
  return !a.root.fault.unsure && !!b.root.fault.unsure
}

/** A suspect follows when faults that lead to it explain every cell it explains. */
function followsFromAnother(suspect: Guilty, guilty: readonly Guilty[], edges: RankInput['edges']): boolean {
  const parents = guilty.filter(
    (g) => g !== suspect && g.check !== suspect.check && reaches(g.check, suspect.check, edges),
  )
  return parents.length > 0 && [...suspect.cells].every((id) => parents.some((parent) => parent.cells.has(id)))
}

function reaches(from: string, to: string, edges: RankInput['edges'], seen = new Set<string>()): boolean {
  if (seen.has(from)) return false
  seen.add(from)
  return (edges.get(from) ?? []).some((next) => next === to || reaches(next, to, edges, seen))
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((id) => b.has(id))
}

function sentence(state: State, causes: Cause[], unexplained: string[], input: RankInput): string {
  const mute = [...new Set((input.mute ?? []).map(({ to }) => to.servicePort))]
  if (state === 'healthy' && mute.length > 0)
    return `${input.subject}: no fault is to be seen. Nobody answered on UDP port ${mute.join(', ')}, which a server need not do; by all that was read the datagrams arrive.`
  if (state === 'healthy') return `${input.subject} answers from everywhere it was tried.`
  if (state === 'faulty') return causes[0]!.says
  const because = input.unseen[0]
  if (!input.tried) return `undetermined, because nothing could be tried${because ? `: ${because}` : ''}.`
  const count = `${unexplained.length} kind${unexplained.length === 1 ? '' : 's'} of probe failed and nothing that was read explains it`
  return `undetermined, because ${count}${because ? `; not seen: ${because}` : ''}.`
}
