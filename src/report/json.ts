import type { Report } from '../model.ts'

/** The report as one JSON document. C1 control signs, which JSON may hold but a terminal obeys, are written as escapes. */
export function jsonReport(report: Report): string {
  const text = JSON.stringify(report, null, 2)
  return `${text.replace(/[\x7f-\x9f]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)}\n`
}
