import type { Unread } from '../../src/parse/rule.ts'

/** What every parser of host tools gives: things with their lines, the lines not understood, and how many were. */
interface Result {
  read: number
  unread: Unread[]
}

/**
 * Holds a parser to its promise: each line that is not blank is read or unread, never both, never lost, and whatever it made
 * carries the very line that it says. Gives what is wrong, '' for nothing.
 */
export function accountOfLines(text: string, result: Result): string {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const filled = lines.filter((line) => line.trim() !== '').length
  if (result.read + result.unread.length !== filled)
    return `${filled} lines, but ${result.read} read and ${result.unread.length} unread`
  let before = 0
  for (const u of result.unread) {
    if (lines[u.line - 1] !== u.text) return `unread line ${u.line} is not what stands there`
    if (u.line <= before) return `unread line ${u.line} comes after line ${before}`
    before = u.line
  }
  for (const [key, value] of Object.entries(result)) {
    if (key === 'unread' || key === 'read') continue
    const wrong = wrongLine(value, lines)
    if (wrong) return wrong
  }
  return ''
}

function wrongLine(value: unknown, lines: string[]): string {
  if (typeof value !== 'object' || value === null)
    return typeof value === 'number' && Number.isNaN(value) ? notANumber(lines) : ''
  const one = value as { line?: unknown; raw?: unknown }
  if (typeof one.line === 'number' && typeof one.raw === 'string' && lines[one.line - 1] !== one.raw)
    return `an item says line ${one.line}, but other text stands there`
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) {
    const wrong = wrongLine(inner, lines)
    if (wrong) return wrong
  }
  return ''
}

/** Only a Prometheus page may say NaN. */
function notANumber(lines: string[]): string {
  return lines.some((line) => line.includes('NaN')) ? '' : 'an item holds NaN'
}
