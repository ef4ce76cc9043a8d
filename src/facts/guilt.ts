import type { Cell } from '../model.ts'
import type { Change, Course, World } from '../walk/world.ts'
import { butFor } from './but-for.ts'

type Courses = ReadonlyMap<string, Course[]>

/** Several checks weigh the same change; it is walked once for each set of courses. */
const weighed = new WeakMap<Courses, Map<string, string[]>>()

/** The failed cells that a change heals in the model; none where it would break a probe that came through, for then it is not that. */
export function guiltOf(facts: { world: World; cells: readonly Cell[]; courses: Courses }, change: Change): string[] {
  const known = weighed.get(facts.courses) ?? new Map<string, string[]>()
  weighed.set(facts.courses, known)
  // the rules that kube-proxy must have are the same for a node whoever asks
  const key = JSON.stringify(change, (name, value) => (name === 'ruleSet' ? undefined : value))
  let guilt = known.get(key)
  if (!guilt) {
    const { explains, breaks } = butFor(facts.world, facts.cells, facts.courses, change)
    guilt = breaks.length > 0 ? [] : explains
    known.set(key, guilt)
  }
  return guilt
}
