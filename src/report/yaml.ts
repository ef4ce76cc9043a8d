import { stringify } from 'yaml'
import type { Report } from '../model.ts'
import { cleanReport } from './clean.ts'

/** The report as one YAML document. Version 1.1 rules for quoting: readers of both versions then see the same strings. */
export function yamlReport(report: Report): string {
  return stringify(cleanReport(report), { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })
}
