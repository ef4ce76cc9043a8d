import type { Literal, Operand, Rule, Statement } from '../parse/rule.ts'

/** The chain that a rule jumps or goes to. */
export function jumpOf(rule: Rule): string | undefined {
  const s = rule.statements.find(
    (x) => x.do === 'verdict' && (x.verdict.verdict === 'jump' || x.verdict.verdict === 'goto'),
  )
  return s?.do === 'verdict' && 'chain' in s.verdict ? s.verdict.chain : undefined
}

/** The first `address:port` that a rule translates to. */
export function dnatOf(rule: Rule): string | undefined {
  const s = rule.statements.find((x) => x.do === 'dnat')
  return s?.do === 'dnat' ? dnatTargets(s)[0] : undefined
}

/** A literal as text, single-address prefixes without their length. */
export function literalText(literal: Literal): string {
  if ('address' in literal) return literal.address
  if ('number' in literal) return String(literal.number)
  if ('text' in literal) return literal.text
  if ('prefix' in literal) return literal.prefix.replace(/\/(32|128)$/, '')
  return ''
}

/** Whether a set key is this concatenation. */
export function tupleIs(key: Literal, parts: string[]): boolean {
  return (
    'tuple' in key && key.tuple.length === parts.length && key.tuple.every((part, i) => literalText(part) === parts[i])
  )
}

function matchesField(rule: Rule, field: string, wanted: string): boolean {
  return rule.statements.some((s) => {
    if (s.do !== 'match' || s.op !== '==' || !Array.isArray(s.right)) return false
    const left: Operand = s.left
    return 'field' in left && left.field === field && s.right.length === 1 && literalText(s.right[0]!) === wanted
  })
}

/** Whether a rule asks for exactly this address. */
export const matchesAddress = (rule: Rule, field: 'saddr' | 'daddr', ip: string) => matchesField(rule, field, ip)
/** Whether a rule asks for exactly this port. */
export const matchesNumber = (rule: Rule, field: 'dport', port: number) => matchesField(rule, field, String(port))
/** Whether a rule asks for exactly this protocol. */
export const matchesText = (rule: Rule, field: 'l4proto', text: string) => matchesField(rule, field, text)

/** Every fixed `address:port` of a DNAT statement. */
export function dnatTargets(s: Statement & { do: 'dnat' }): string[] {
  const { address, port, addressAndPort } = s.to
  if (addressAndPort && 'map' in addressAndPort && 'inline' in addressAndPort.map)
    return addressAndPort.map.inline.flatMap((e) =>
      e.value && 'tuple' in e.value ? [e.value.tuple.map(literalText).join(':')] : [],
    )
  if (address && 'literal' in address)
    return [`${literalText(address.literal)}${port && 'literal' in port ? `:${literalText(port.literal)}` : ''}`]
  return []
}
