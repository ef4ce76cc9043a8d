import type { Cell } from '../model.ts'
import type { Course, End } from '../walk/world.ts'
import { failed } from './cells.ts'

/** An end that is not a delivery. */
export type BadEnd = Exclude<End, { fate: 'delivered' }>

/** One place where packets of failed probes ended, with everyone who ended there. */
export interface Ending {
  end: BadEnd
  /** On the way there, or the answer's way back. */
  way: 'there' | 'back'
  cells: Cell[]
}

/** The end that the client sees of a course. */
export function visibleEnd(course: Course): { end: End; way: Ending['way'] } {
  if (course.end.fate === 'delivered' && course.back) return { end: course.back.end, way: 'back' }
  return { end: course.end, way: 'there' }
}

/** Whether what was read alone makes a packet fail: a cause outside the model cannot claim such a failure. */
export function foreseen(courses: readonly Course[]): boolean {
  return courses.some((course) => !['delivered', 'unknown'].includes(visibleEnd(course).end.fate))
}

/** Groups the courses of failed cells by the place where they ended; most cells first. */
export function endingsFact(cells: readonly Cell[], courses: ReadonlyMap<string, Course[]>): Ending[] {
  const endings = new Map<string, Ending>()
  for (const cell of cells) {
    if (failed(cell) === 'none') continue
    for (const course of courses.get(cell.id) ?? []) {
      const { end, way } = visibleEnd(course)
      if (end.fate === 'delivered') continue
      const place = end.rule ? `${end.rule.path}:${end.rule.line}` : `${end.at} ${'by' in end ? end.by : end.why}`
      const key = `${end.fate} ${end.node} ${place} ${way}`
      const ending = endings.get(key)
      if (!ending) endings.set(key, { end, way, cells: [cell] })
      else if (!ending.cells.includes(cell)) ending.cells.push(cell)
    }
  }
  return [...endings.values()].sort((a, b) => b.cells.length - a.cells.length)
}
