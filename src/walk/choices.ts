import type { UnknownKind } from './world.ts'

/**
 * `random`: each option happens with its share. `hash`: one of them always happens to this packet, and another to another. `unsure`: one
 * of two always happens, and nothing says which. `likely`: one of two happens, the first one to a first, lone packet. `program`: a
 * program is asked and may drop the packet; the one option is that it does not. `where` says what could not be decided.
 */
export type ChoiceKind = 'random' | 'hash' | 'unsure' | 'likely' | 'program'
export type Choose = (kind: ChoiceKind, shares: readonly number[], where: Where) => number

export interface Where {
  node: string
  at: string
  why: string
  because?: UnknownKind
  proof: { path: string; line?: number; quote?: string }[]
}

/** A tree of all runs: a leaf is one run's result, an inner node a choice that was met on the way. */
export type Tree<T> = { leaf: T } | { kind: ChoiceKind; shares: readonly number[]; where: Where; branches: Tree<T>[] }

/** More branches than any rule set has; beyond it the walk says so instead of going on for ever. */
const MOST_RUNS = 20_000

/**
 * Runs `run` once for every way its choices can fall, replaying the choices before. `overflow` is the leaf of what is left beyond the
 * bound.
 */
export function everyChoice<T>(run: (choose: Choose) => T, overflow: (where: Where) => T): Tree<T> {
  const budget = { left: MOST_RUNS }
  return grow([], run, overflow, budget)
}

interface Met {
  kind: ChoiceKind
  shares: readonly number[]
  where: Where
}

/** Grows the subtree below the choices `taken`; runs until the first option everywhere, then each sibling of each choice it met. */
function grow<T>(
  taken: number[],
  run: (choose: Choose) => T,
  overflow: (where: Where) => T,
  budget: { left: number },
): Tree<T> {
  const met: Met[] = []
  let at = 0
  budget.left--
  const leaf = run((kind, shares, where) => {
    const option = at < taken.length ? taken[at]! : 0
    if (at >= taken.length) met.push({ kind, shares, where })
    at++
    return option
  })
  let tree: Tree<T> = { leaf }
  for (let depth = met.length - 1; depth >= 0; depth--) {
    const { kind, shares, where } = met[depth]!
    const before = [...taken, ...Array<number>(depth).fill(0)]
    const branches: Tree<T>[] = [tree]
    for (let option = 1; option < shares.length; option++) {
      if (shares[option] === 0) branches.push({ leaf })
      else if (budget.left <= 0) branches.push({ leaf: overflow(where) })
      else branches.push(grow([...before, option], run, overflow, budget))
    }
    tree = { kind, shares, where, branches }
  }
  return tree
}
