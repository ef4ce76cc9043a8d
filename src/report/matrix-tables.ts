import type { Matrix } from './matrix.ts'
import type { Style } from './style.ts'
import { type TableCell, table } from './table.ts'
import { textWidth } from './text-width.ts'
import { wrap } from './wrap.ts'

const fromWidth = 24
const titleWidth = 24

/** The matrix as one table, or as several below each other where the columns do not fit the screen. */
export function matrixTables(style: Style, { columns: titles, rows }: Matrix): string[] {
  const columns = titles.map((title) =>
    title
      .split('\n')
      .flatMap((line) => wrap(line, titleWidth))
      .join('\n'),
  )
  const frame = style.boxes ? 3 : 2
  const width = (at: number): number =>
    Math.max(
      ...[columns[at] ?? '', ...rows.map((row) => row.cells[at]?.text ?? '')].join('\n').split('\n').map(textWidth),
    )
  const parts: number[][] = []
  let left = 0
  for (const at of columns.keys()) {
    const need = width(at) + frame
    if (parts.length === 0 || left < need) {
      parts.push([])
      left = style.width - fromWidth - 2 * frame
    }
    parts.at(-1)?.push(at)
    left -= need
  }
  return parts.map((part) => {
    const used = rows.filter((row) => part.some((at) => row.cells[at]?.text))
    const body = used.map((row): TableCell[] => [
      { text: row.label },
      ...part.map((at) => row.cells[at] ?? { text: '' }),
    ])
    return table(style, ['FROM', ...part.map((at) => columns[at] ?? '')], body, 0)
  })
}
