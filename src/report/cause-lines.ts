import type { Cause, Finding, Proof, Report } from '../model.ts'
import { paint, type Style } from './style.ts'
import { sign } from './symbols.ts'
import { textWidth } from './text-width.ts'
import { wrap } from './wrap.ts'

const indent = '  '

/** One cause for a person: what, where, why, proof, fix, and then what follows from it. Commands stay on one line, for pasting. */
export function causeLines(style: Style, report: Report, cause: Cause, at: number): string[] {
  const { causes } = report.verdict
  const title = causes.length > 1 ? `Cause ${at + 1} of ${causes.length}` : 'Cause'
  const likely = cause.certainty === 'likely' ? ' (likely)' : ''
  const { service, namespace, client } = report.target
  const verify = cause.verify ?? `kubectl svc-debug ${service} -n ${namespace}${client ? ` --client ${client}` : ''}`
  return [
    `${paint(style, 'head', title)} on ${paint(style, 'strong', cause.on)}${likely}`,
    // The first cause is the answer, which stands at the top.
    ...(cause.says === report.verdict.says ? [] : prose(style, cause.says)),
    ...labelled(style, 'Why', cause.why),
    ...labelled(style, 'Near', cause.near),
    ...labelled(style, 'Not certain', cause.unsure),
    ...labelled(style, 'Explains', explained(report, cause)),
    ...block(
      style,
      'Proof',
      cause.proof.flatMap((proof) => proofLines(style, proof)),
    ),
    ...block(style, 'Fix', commands(cause.fix)),
    ...block(style, 'To make it last', commands(cause.permanent)),
    ...(cause.fix ? block(style, 'Check that it worked', commands([verify])) : []),
    ...block(
      style,
      'What follows from it',
      cause.follows.flatMap((id) => followLines(style, report.findings, id)),
    ),
  ]
}

/** `path:line  text`, or the text below where both do not fit; the text is never shortened. */
export function proofLines(style: Style, { path, line, quote }: Proof): string[] {
  const place = line === undefined ? path : `${path}:${line}`
  const text = (quote ?? '').replace(/\s+/g, ' ').trim()
  const room = style.width - 2 * indent.length
  if (textWidth(place) + 2 + textWidth(text) <= room) return [`${paint(style, 'quiet', place)}  ${text}`.trimEnd()]
  return [paint(style, 'quiet', place), ...wrap(text, room - 2).map((part) => `  ${part}`)]
}

function explained({ verdict }: Report, cause: Cause): string | undefined {
  const failed = new Set([...verdict.unexplained, ...verdict.causes.flatMap((other) => other.explains)])
  return cause.explains.length > 0 ? `${cause.explains.length} of ${failed.size} failed probes` : undefined
}

function followLines(style: Style, findings: Finding[], id: string): string[] {
  const { text, tone } = sign(style, 'bullet')
  const own = findings.filter((finding) => finding.check === id && finding.state === 'fail')
  return own.flatMap(({ on, says }) => {
    const [first = '', ...rest] = wrap(`${id} on ${on}: ${says}`, style.width - 3 * indent.length)
    return [`${paint(style, tone, text)} ${first}`, ...rest.map((line) => `${indent}${line}`)]
  })
}

const prose = (style: Style, text: string): string[] =>
  wrap(text, style.width - indent.length).map((line) => `${indent}${line}`)

function labelled(style: Style, label: string, text: string | undefined): string[] {
  if (!text) return []
  const [first = '', ...rest] = prose(style, `${label}: ${text}`)
  return [first.replace(`${label}:`, paint(style, 'strong', `${label}:`)), ...rest]
}

function block(style: Style, label: string, lines: string[]): string[] {
  if (lines.length === 0) return []
  return [`${indent}${paint(style, 'strong', `${label}:`)}`, ...lines.map((line) => `${indent}${indent}${line}`)]
}

const commands = (lines: string[] | undefined): string[] => (lines ?? []).flatMap((line) => line.split('\n'))
