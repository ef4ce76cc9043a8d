import type { NatTarget, Rule, Statement } from '../parse/rule.ts'
import type { RuleContext } from './fields.ts'
import { need, note, unknown } from './journey.ts'
import { operandValue } from './operands.ts'
import { deviceAddress, sourceSix } from './select-source.ts'
import { settle } from './translate.ts'
import { ABSENT, type Value } from './values.ts'

type Nat = Statement & { do: 'dnat' | 'snat' | 'masquerade' | 'redirect' }

/**
 * Settles the translation of the packet's connection; the packet itself is rewritten when the hook's nat chains are through.
 * False where a map has no entry for the packet: then the rule does not apply.
 */
export function setNat(context: RuleContext, statement: Nat, rule: Rule, at: string): boolean {
  const { j, skb, table } = context
  const { tracking } = skb
  if (!tracking || tracking === 'untracked') return true
  const manip = statement.do === 'dnat' || statement.do === 'redirect' ? 'destination' : 'source'
  const to = target(context, statement, rule, at)
  if (!to) return false
  settle(tracking.connection, manip, to)
  const where = [to.address ?? '', to.port ?? ''].filter((part) => part !== '').join(' port ')
  note(j, at, `${statement.do} to ${where}`, { path: table.path, line: rule.line, quote: rule.raw })
  return true
}

function target(
  context: RuleContext,
  statement: Nat,
  rule: Rule,
  at: string,
): { address?: string; port?: number } | undefined {
  if (statement.do === 'masquerade') return { address: masqueradeAddress(context, rule, at) }
  if (statement.do === 'redirect') {
    const fixed = fixedTarget(context, statement.to, rule, at)
    return fixed && { ...fixed, address: redirectAddress(context, rule, at) }
  }
  return fixedTarget(context, statement.to, rule, at)
}

function fixedTarget(
  context: RuleContext,
  to: NatTarget,
  rule: Rule,
  at: string,
): { address?: string; port?: number } | undefined {
  const target: { address?: string; port?: number } = {}
  if (to.addressAndPort) {
    const value = operandValue(context, to.addressAndPort)
    if (value === ABSENT) return undefined
    if (typeof value !== 'object' || !('parts' in value)) throw undecidedTarget(context, rule, at)
    read(context, target, value.parts[0], rule, at)
    read(context, target, value.parts[1], rule, at)
    return target
  }
  for (const operand of [to.address, to.port]) {
    if (!operand) continue
    const range = 'literal' in operand && 'range' in operand.literal ? operand.literal.range : undefined
    const value = range ? drawn(context, range, rule, at) : operandValue(context, operand)
    if (value === ABSENT) return undefined
    read(context, target, value, rule, at)
  }
  return target
}

function read(
  context: RuleContext,
  target: { address?: string; port?: number },
  value: Value | undefined,
  rule: Rule,
  at: string,
): void {
  if (typeof value === 'string') target.address = value
  else if (typeof value === 'number') target.port = value
  else throw undecidedTarget(context, rule, at)
}

/** One port of a range, each possible; a range of addresses is picked from by a hash of the packet's own. */
function drawn(context: RuleContext, range: [string, string] | [number, number], rule: Rule, at: string): Value {
  const [first, last] = range
  if (first === last) return first
  if (typeof first !== 'number' || typeof last !== 'number') throw undecidedTarget(context, rule, at)
  const { skb } = context
  // a port that lies in the range already is kept (nf_nat_l4proto_unique_tuple)
  const now = context.hook === 'prerouting' || context.hook === 'output' ? skb.dport : skb.sport
  if (now !== undefined && now >= first && now <= last) return now
  const why = 'the kernel picks a free port of the range'
  const where = {
    node: context.node.name,
    at,
    why,
    proof: [{ path: context.table.path, line: rule.line, quote: rule.raw }],
  }
  const count = Math.min(last - first + 1, 16)
  return first + context.j.choose('hash', Array<number>(count).fill(1 / count), where)
}

function undecidedTarget(context: RuleContext, rule: Rule, at: string) {
  const proof = [{ path: context.table.path, line: rule.line, quote: rule.raw }]
  return unknown(context.node.name, at, 'where this rule translates to cannot be told', proof, context.skb)
}

/** nf_nat_masquerade: the address of the out device that is nearest to the next hop (IPv6: to the destination). */
function masqueradeAddress({ node, skb, gateway, table }: RuleContext, rule: Rule, at: string): string {
  const address =
    skb.family === 4
      ? deviceAddress(node, skb.oif, gateway ?? skb.destination, 0, skb)
      : sourceSix(node, skb.oif, skb.destination, skb)
  if (address !== undefined) return address
  const proof = [{ path: table.path, line: rule.line, quote: rule.raw }]
  throw unknown(node.name, at, `${skb.oif} has no address to masquerade with`, proof, skb)
}

/** nf_nat_redirect: loopback for the node's own packets, else the first address of the device that the packet came in by. */
function redirectAddress({ node, skb, hook, table }: RuleContext, rule: Rule, at: string): string {
  if (hook === 'output') return skb.family === 4 ? '127.0.0.1' : '::1'
  const own = need(node, node.addresses, skb).find(
    (a) =>
      a.dev === skb.iif &&
      a.family === skb.family &&
      (a.family === 4 || a.scope === 'global') &&
      !a.flags.includes('secondary'),
  )
  if (own) return own.address
  const proof = [{ path: table.path, line: rule.line, quote: rule.raw }]
  throw unknown(node.name, at, `${skb.iif} has no address to redirect to`, proof, skb)
}
