import type { Report } from '../model.ts'
import { paint, type Style } from './style.ts'
import { sign } from './symbols.ts'
import { wrap } from './wrap.ts'

const signs = { healthy: 'pass', faulty: 'fail', undetermined: 'unknown' } as const

/** The answer: state, Service, one sentence. */
export function verdictLines(style: Style, { target, verdict }: Report): string[] {
  const { text, tone } = sign(style, signs[verdict.state])
  const head = `${text} Service ${target.namespace}/${target.service} is ${verdict.state}`
  // The state stands in the head already.
  const says = verdict.says.replace(new RegExp(`^${verdict.state}, `), '').replace(/^./, (first) => first.toUpperCase())
  const sentence = wrap(says, style.width - 2).map((line) => `  ${line}`)
  return [paint(style, tone, paint(style, 'strong', head)), ...sentence]
}
