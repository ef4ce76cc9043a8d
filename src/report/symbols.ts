import type { Style, Tone } from './style.ts'

type Sign = 'pass' | 'fail' | 'unknown' | 'not-applicable' | 'remark' | 'bullet'

const signs: Record<Sign, { unicode: string; ascii: string; tone: Tone }> = {
  pass: { unicode: '✓', ascii: '+', tone: 'good' },
  fail: { unicode: '✗', ascii: 'x', tone: 'bad' },
  unknown: { unicode: '?', ascii: '?', tone: 'doubt' },
  'not-applicable': { unicode: '–', ascii: '-', tone: 'quiet' },
  remark: { unicode: '!', ascii: '!', tone: 'doubt' },
  bullet: { unicode: '•', ascii: '*', tone: 'quiet' },
}

/** The one-column sign of a state, and the tone that goes with it. */
export function sign(style: Style, state: Sign): { text: string; tone: Tone } {
  const { unicode, ascii, tone } = signs[state]
  return { text: style.ascii ? ascii : unicode, tone }
}
