import { textWidth } from './text-width.ts'

/**
 * Prose in lines of at most `width` columns. Breaks at spaces; a word longer than the line is cut.
 * cli-table3's own wrapping loses text that has no spaces, so cells are wrapped here.
 */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(width, 4)
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (textWidth(joined) <= room) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    const parts = cut(word, room)
    lines.push(...parts.slice(0, -1))
    line = parts.at(-1) ?? ''
  }
  lines.push(line)
  return lines
}

function cut(word: string, room: number): string[] {
  const parts: string[] = []
  let part = ''
  for (const sign of word) {
    if (textWidth(part + sign) > room) {
      parts.push(part)
      part = ''
    }
    part += sign
  }
  return [...parts, part]
}
