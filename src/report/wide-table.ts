import type { Cell } from '../model.ts'
import { cellWord } from './cell-word.ts'
import { destinationName, vantageName } from './place-name.ts'
import type { Style } from './style.ts'
import { type TableCell, table } from './table.ts'

/** Every probe by itself, as wide as it is, without frames: where from, where to, how it ended, the longest try in seconds, and the first line that shows it. */
export function wideTable(style: Style, cells: Cell[]): string {
  const rows = cells.map((cell): TableCell[] => {
    const { kind, what } = destinationName(cell.to)
    const bad = cell.attempts.find((attempt) => attempt.outcome !== 'ok') ?? cell.attempts[0]
    const slowest = Math.max(0, ...cell.attempts.map((attempt) => attempt.seconds))
    const proof = bad ? [bad.proof.path, bad.proof.line].filter((part) => part !== undefined).join(':') : ''
    return [
      { text: vantageName(cell.from) },
      { text: kind },
      { text: what },
      { text: cell.to.node ?? '' },
      cellWord(cell.attempts),
      { text: slowest.toFixed(3) },
      { text: proof, tone: 'quiet' },
      { text: bad?.detail ?? '' },
    ]
  })
  const head = ['FROM', 'TO', 'ADDRESS', 'NODE', 'RESULT', 'SECONDS', 'EVIDENCE', 'DETAIL']
  return table({ ...style, width: Number.MAX_SAFE_INTEGER, boxes: false }, head, rows)
}
