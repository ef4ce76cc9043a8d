import type { Report } from '../model.ts'
import { causeLines } from './cause-lines.ts'
import { checklistTable } from './checklist-table.ts'
import { cleanReport } from './clean.ts'
import { matrix } from './matrix.ts'
import { matrixTables } from './matrix-tables.ts'
import { noteLines } from './note-lines.ts'
import { plainSigns } from './plain-signs.ts'
import { paint, type Style } from './style.ts'
import { sign } from './symbols.ts'
import { unexplained } from './unexplained.ts'
import { verdictLines } from './verdict-lines.ts'
import { wideTable } from './wide-table.ts'

/**
 * The report for a person: the answer first, then each cause with proof and fix, then what was looked at. With `wide`,
 * every probe by itself with its time and its line of evidence in place of the matrix. Ends with a line feed.
 */
export function textReport(style: Style, dirty: Report, wide = false): string {
  const report = cleanReport(dirty)
  const remarks = report.findings.filter((finding) => finding.state === 'remark')
  const unknown = report.findings.filter((finding) => finding.state === 'unknown')
  const sections = [
    verdictLines(style, report),
    ...report.verdict.causes.map((cause, at) => causeLines(style, report, cause, at)),
    noteLines(style, 'Failed, and not explained', sign(style, 'fail'), unexplained(report, wide)),
    noteLines(
      style,
      'Where the walk through the nodes and the probes differ',
      sign(style, 'remark'),
      report.verdict.gaps ?? [],
    ),
    titled(style, 'Checklist', report.checklist.length > 0 ? [checklistTable(style, report.checklist)] : []),
    titled(style, 'Who reached what', probes(style, report, wide)),
    noteLines(
      style,
      'Remarks',
      sign(style, 'remark'),
      remarks.map(({ on, says }) => (on ? `${on}: ${says}` : says)),
    ),
    wide ? noteLines(style, 'Checks without an answer', sign(style, 'unknown'), unknown.map(checkNote)) : [],
    noteLines(style, 'Not seen', sign(style, 'unknown'), report.unseen),
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${style.ascii ? plainSigns(text.join('\n\n')) : text.join('\n\n')}\n`
}

function probes(style: Style, { cells, verdict }: Report, wide: boolean): string[] {
  if (cells.length === 0) return []
  const asked = new Set([...verdict.unexplained, ...verdict.causes.flatMap((cause) => cause.explains)])
  return wide ? [wideTable(style, cells)] : [matrixTables(style, matrix(cells, asked)).join('\n\n')]
}

const checkNote = ({ check, on, says }: { check: string; on: string; says: string }): string =>
  `${on ? `${check} on ${on}` : check}: ${says}`

const titled = (style: Style, title: string, parts: string[]): string[] =>
  parts.length === 0 ? [] : [paint(style, 'head', title), ...parts]
