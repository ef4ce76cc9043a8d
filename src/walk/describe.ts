import type { Proof } from '../model.ts'
import { endText } from './journey.ts'
import type { Course, Step } from './world.ts'

/** A course for a person, a line a step: where, what, and the line of evidence that made it so. */
export function describe(course: Course): string[] {
  const lines = course.steps.map(stepLine)
  lines.push(`= ${endText(course.end)}${cited(course.end)}`)
  if (course.back) {
    lines.push('back:', ...course.back.steps.map(stepLine), `= ${endText(course.back.end)}${cited(course.back.end)}`)
  }
  return lines
}

function stepLine({ at, did, proof }: Step): string {
  return `${at}: ${did}${cite(proof)}`
}

function cited(end: Course['end']): string {
  return 'proof' in end ? cite(end.proof) : ''
}

function cite(proof: Proof[]): string {
  if (proof.length === 0) return ''
  return ` [${proof.map(({ path, line }) => (line === undefined ? path : `${path}:${line}`)).join(', ')}]`
}
