import type { Report, State } from '../model.ts'
import { paint, type Style } from './style.ts'
import { sign } from './symbols.ts'
import { wrap } from './wrap.ts'

const words: Record<State, string> = { healthy: 'healthy', faulty: 'faulty', undetermined: 'undetermined' }
const signs = { healthy: 'pass', faulty: 'fail', undetermined: 'unknown' } as const

/** The answer: state, Service, one sentence. */
export function verdictLines(style: Style, { target, verdict }: Report): string[] {
  const { text, tone } = sign(style, signs[verdict.state])
  const head = `${text} Service ${target.namespace}/${target.service} is ${words[verdict.state]}`
  const sentence = wrap(verdict.says, style.width - 2).map((line) => `  ${line}`)
  return [paint(style, tone, paint(style, 'strong', head)), ...sentence]
}
