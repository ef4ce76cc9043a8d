import type { Cell } from '../model.ts'
import type { Change, Course, World } from '../walk/world.ts'
import { butFor } from './but-for.ts'

/** The failed cells that a change heals in the model; none where it would break a probe that came through, for then it is not that. */
export function guiltOf(
  facts: { world: World; cells: readonly Cell[]; courses: ReadonlyMap<string, Course[]> },
  change: Change,
): string[] {
  const { explains, breaks } = butFor(facts.world, facts.cells, facts.courses, change)
  return breaks.length > 0 ? [] : explains
}
