import type { Cell } from '../model.ts'
import type { Course } from '../walk/world.ts'
import { prospect } from './but-for.ts'
import { failed } from './cells.ts'

/** Failed probes that the model delivers: what stops them is none of the nodes' own doing. */
export function outsideTheModel(cells: readonly Cell[], courses: ReadonlyMap<string, Course[]>): Cell[] {
  return cells.filter((cell) => {
    const all = courses.get(cell.id)
    if (!all || failed(cell) === 'none') return false
    const p = prospect(all)
    return p.failed === 0 && p.unknown === 0 && p.ok > 0
  })
}
