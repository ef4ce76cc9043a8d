import type { Report } from '../model.ts'

// Whole escape sequences (CSI, OSC, and two-byte ones), then every control sign that is left, and the marks that reorder text.
const sequences = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x9b[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_]/g
const controls = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** Text that came from a cluster, safe to print on a terminal: no escape sequences, no control signs but line feed and tab. */
export function cleanText(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(sequences, '').replace(controls, '')
}

/** The same report with every string cleaned. Names and probe output come from the cluster, that is, from strangers. */
export function cleanReport(report: Report): Report {
  return clean(report) as Report
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), clean(inner)]))
}
