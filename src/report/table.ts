import Table from 'cli-table3'
import { paint, type Style, type Tone } from './style.ts'
import { textWidth } from './text-width.ts'
import { wrap } from './wrap.ts'

export interface TableCell {
  text: string
  tone?: Tone
}

const ascii = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '+',
  mid: '-',
  'mid-mid': '+',
  right: '|',
  'right-mid': '+',
  middle: '|',
}

const none = Object.fromEntries(Object.keys(ascii).map((key) => [key, ''])) as Record<keyof typeof ascii, string>

/**
 * A table as lines of text. Column `flexible` takes what is left of `style.width`, and wraps; the others keep their width.
 * Cells are coloured after wrapping: cli-table3 colours heads and frames even into a pipe unless its own styles are emptied.
 */
export function table(style: Style, head: string[], rows: TableCell[][], flexible = head.length - 1): string {
  const gap = style.boxes ? 3 : 2
  const widths = head.map((title, at) => Math.max(longest(title), ...rows.map((row) => longest(row[at]?.text ?? ''))))
  const others = widths.reduce((sum, width, at) => (at === flexible ? sum : sum + width), 0)
  const frame = style.boxes ? 4 : 0
  const room = Math.max(style.width - others - gap * (head.length - 1) - frame, 16)
  const lay = (cell: TableCell | undefined, at: number, tone?: Tone): string => {
    const lines = (cell?.text ?? '').split('\n').flatMap((line) => (at === flexible ? wrap(line, room) : [line]))
    const painted = lines.map((line) =>
      (cell?.tone ?? tone) ? paint(style, (cell?.tone ?? tone) as Tone, line) : line,
    )
    return painted.join('\n')
  }
  const drawn = new Table({
    head: head.map((title, at) => lay({ text: title }, at, 'strong')),
    style: { head: [], border: [], compact: true, ...(style.boxes ? {} : { 'padding-left': 0, 'padding-right': 0 }) },
    chars: style.boxes ? (style.ascii ? ascii : {}) : { ...none, middle: '  ' },
  })
  for (const row of rows) drawn.push(head.map((_, at) => lay(row[at], at)))
  return drawn
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

const longest = (text: string): number => Math.max(...text.split('\n').map(textWidth))
