import { paint, type Style, type Tone } from './style.ts'
import { wrap } from './wrap.ts'

/** A titled list of sentences, each behind a sign; nothing at all where there are none. */
export function noteLines(
  style: Style,
  title: string,
  bullet: { text: string; tone: Tone },
  notes: string[],
): string[] {
  if (notes.length === 0) return []
  const lines = notes.flatMap((note) => {
    const [first = '', ...rest] = wrap(note, style.width - 4)
    return [`  ${paint(style, bullet.tone, bullet.text)} ${first}`, ...rest.map((line) => `    ${line}`)]
  })
  return [paint(style, 'head', title), ...lines]
}
