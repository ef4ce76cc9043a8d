import type { Report } from '../model.ts'
import { jsonReport } from './json.ts'
import type { Style } from './style.ts'
import { textReport } from './text.ts'
import { yamlReport } from './yaml.ts'

export type Format = 'text' | 'wide' | 'json' | 'yaml'

/** The report in the format that was asked for; a pure function of its arguments. */
export function render(report: Report, format: Format, style: Style): string {
  if (format === 'json') return jsonReport(report)
  if (format === 'yaml') return yamlReport(report)
  return textReport(style, report, format === 'wide')
}
