import type { Rule, Statement } from '../parse/rule.ts'
import type { RuleContext } from './fields.ts'
import { need, note, unknown } from './journey.ts'
import { operandValue } from './operands.ts'
import { deviceAddress, sourceSix } from './select-source.ts'
import { EPHEMERAL_PORT, isAnyPort } from './skb.ts'
import { settle, type Target } from './translate.ts'
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
  settle(
    tracking.connection,
    manip,
    isRandom(statement) && to.port === undefined ? { ...to, ...drawPort(context) } : to,
  )
  const where = [to.address ?? '', isAnyPort(skb, to.port) ? '' : (to.port ?? '')]
    .filter((part) => part !== '')
    .join(' port ')
  note(j, at, `${statement.do} to ${where}`, { path: table.path, line: rule.line, quote: rule.raw })
  return true
}

function target(context: RuleContext, statement: Nat, rule: Rule, at: string): Target | undefined {
  const fixed = fixedTarget(context, statement, rule, at)
  if (!fixed) return undefined
  if (statement.do === 'masquerade') return { ...fixed, address: masqueradeAddress(context, rule, at) }
  if (statement.do === 'redirect') return { ...fixed, address: redirectAddress(context, rule, at) }
  return fixed
}

const isRandom = (statement: Nat) => 'random' in statement && statement.random === true

/**
 * A source port, or an echo's identifier, that the kernel draws although the old one is free: whoever gets an answer that was not
 * translated back does not know it (nf_nat_l4proto_unique_tuple, where the ranges are).
 */
function drawPort({ j, skb }: RuleContext, given?: readonly [number, number]): Target {
  const { tracking } = skb
  const nth = tracking && tracking !== 'untracked' ? j.connections.indexOf(tracking.connection) : 0
  const chosen = EPHEMERAL_PORT - 1 - nth
  if (skb.protocol === 'icmp') return { echoId: chosen }
  const now = skb.sport ?? 0
  const usual = now < 512 ? ([1, 511] as const) : now < 1024 ? ([600, 1023] as const) : ([1024, 65535] as const)
  skb.anyPorts = new Map([...(skb.anyPorts ?? []), [chosen, given ?? usual]])
  return { port: chosen }
}

function fixedTarget(context: RuleContext, statement: Nat, rule: Rule, at: string): Target | undefined {
  const { to } = statement
  const target: Target = {}
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
    if (range) Object.assign(target, ofRange(context, range, statement, rule, at))
    else {
      const value = operandValue(context, operand)
      if (value === ABSENT) return undefined
      read(context, target, value, rule, at)
    }
  }
  return target
}

function read(context: RuleContext, target: Target, value: Value | undefined, rule: Rule, at: string): void {
  if (typeof value === 'string') target.address = value
  else if (typeof value === 'number') target.port = value
  else throw undecidedTarget(context, rule, at)
}

/**
 * A port of a range: the packet's own, if it lies in it, else any; which one a destination gets depends on the kernel
 * (nf_nat_l4proto_unique_tuple). A range of addresses is picked from by a hash of the packet's own.
 */
function ofRange(
  context: RuleContext,
  range: [string, string] | [number, number],
  statement: Nat,
  rule: Rule,
  at: string,
): Target {
  const [first, last] = range
  if (typeof first !== 'number' || typeof last !== 'number') {
    if (first === last) return { address: String(first) }
    throw undecidedTarget(context, rule, at)
  }
  if (first === last) return { port: first }
  const { skb } = context
  const ofSource = statement.do === 'snat' || statement.do === 'masquerade'
  const now = ofSource ? skb.sport : skb.dport
  const [least, most] = (now === undefined ? undefined : skb.anyPorts?.get(now)) ?? [now ?? -1, now ?? -1]
  if (!isRandom(statement) && now !== undefined && least >= first && most <= last) return { port: now }
  if (ofSource) return drawPort(context, [first, last])
  const why = 'the kernel picks a free port of the range'
  const where = {
    node: context.node.name,
    at,
    why,
    proof: [{ path: context.table.path, line: rule.line, quote: rule.raw }],
  }
  const count = Math.min(last - first + 1, 16)
  return { port: first + context.j.choose('hash', Array<number>(count).fill(1 / count), where) }
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
