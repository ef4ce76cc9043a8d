import type { Cause, Report } from '../../src/model.ts'
import type { Expectation, ExpectedCause } from './scenario.ts'

/** What of the expectation does not hold for the report, a line each; empty when all of it does. */
export function unmet(report: Report, expected: Expectation): string[] {
  const { verdict, findings } = report
  const causes = verdict.causes
  const named = causes.map((cause) => `${cause.check} on ${cause.on}`).join(', ') || 'no cause'
  const wrong: string[] = []
  if (verdict.state !== expected.state) wrong.push(`state is ${verdict.state} (${named}), not ${expected.state}`)
  if (expected.first && !(causes[0] && fits(causes[0], expected.first)))
    wrong.push(`first cause is not ${spell(expected.first)} but ${named}`)
  for (const one of expected.also ?? [])
    if (!causes.some((cause) => fits(cause, one))) wrong.push(`${spell(one)} is not among: ${named}`)
  if (expected.near && !new RegExp(expected.near).test(`${causes[0]?.near ?? ''} ${causes[0]?.says ?? ''}`))
    wrong.push(`first cause points to ${causes[0]?.near ?? 'nothing near'}, not to /${expected.near}/`)
  const wanted = [...(expected.first ? [expected.first] : []), ...(expected.also ?? [])]
  const surplus = causes.filter((cause) => !wanted.some((one) => fits(cause, one)))
  if (expected.state === 'faulty' && surplus.length > 0)
    wrong.push(`more causes than expected: ${surplus.map((cause) => `${cause.check} on ${cause.on}`).join(', ')}`)
  if (expected.state === 'healthy') {
    if (causes.length > 0) wrong.push(`names ${named} on a healthy cluster`)
    for (const finding of findings.filter(({ state }) => state === 'fail'))
      wrong.push(`finds ${finding.check} on ${finding.on} on a healthy cluster`)
    for (const row of report.checklist.filter(({ state }) => state === 'fail'))
      wrong.push(`row ${row.item} of the checklist fails on a healthy cluster: ${row.says}`)
  }
  return wrong
}

/** The exit code that belongs to the report's state. */
export function exitCodeFor(report: Report): number {
  return { healthy: 0, faulty: 1, undetermined: 2 }[report.verdict.state]
}

function fits(cause: Cause, expected: ExpectedCause): boolean {
  return (
    cause.check === expected.check &&
    (expected.on === undefined || mentions(cause.on, expected.on)) &&
    (expected.certainty === undefined || cause.certainty === expected.certainty)
  )
}

/** Whether `name` stands in `text` as a word of its own: `n1` in `node n1`, but not in `n10`. */
function mentions(text: string, name: string): boolean {
  return text === name || text.split(/[\s,;:()]+/).includes(name)
}

function spell({ check, on, certainty }: ExpectedCause): string {
  return `${certainty ? `${certainty} ` : ''}${check}${on ? ` on ${on}` : ''}`
}
