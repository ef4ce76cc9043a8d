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

/** What the client of these courses would see: an answer, none, or nothing that can be said. */
export function prospect(courses: readonly Course[]): Prospect {
  const sums: Prospect = { ok: 0, failed: 0, unknown: 0 }
  for (const course of courses) {
    const end = course.end.fate === 'delivered' && course.back ? course.back.end : course.end
    sums[end.fate === 'delivered' ? 'ok' : end.fate === 'unknown' ? 'unknown' : 'failed'] += course.share
  }
  return sums
}

/** Whether what the model foresees is what was seen; a contradiction means that the model misses something. */
export function agrees(cell: Cell, foreseen: Prospect): boolean {
  const seen = failed(cell)
  if (seen === 'none') return foreseen.failed === 0 || foreseen.ok > 0
  if (seen === 'all') return foreseen.failed > 0 && (foreseen.ok < 0.5 || cell.attempts.length <= 3)
  return foreseen.failed > 0 && foreseen.ok > 0
}

export interface Blame {
  /** Failed cells that the change heals in the model. */
  explains: string[]
  /** Cells that came through and would not with the change. */
  breaks: string[]
}

/**
 * The but-for test: with this one thing put right, which failed probes are delivered, and does any that passed break?
 * A change is guilty of the failed cells whose failure the model foresaw as it was seen, and whose every course is delivered afterwards.
 */
export function butFor(
  world: World,
  cells: readonly Cell[],
  courses: ReadonlyMap<string, Course[]>,
  change: Change,
): Blame {
  const healed = applyChange(world, change)
  const blame: Blame = { explains: [], breaks: [] }
  for (const cell of cells) {
    const before = courses.get(cell.id)
    const packet = packetOf(cell)
    if (!before || !packet) continue
    const was = prospect(before)
    if (failed(cell) === 'none') {
      if (was.failed > 0) continue
      if (prospect(walk(healed, cell.from, packet)).failed > 0) blame.breaks.push(cell.id)
    } else if (agrees(cell, was)) {
      const now = prospect(walk(healed, cell.from, packet))
      if (now.failed === 0 && now.unknown === 0) blame.explains.push(cell.id)
    }
  }
  return blame
}
