import type { Proof } from '../model.ts'
import type { Chain, Rule, Statement, Table, Verdict } from '../parse/rule.ts'
import type { RuleContext } from './fields.ts'
import { dropped, note, unknown } from './journey.ts'
import { matches } from './match.ts'
import { isVerdict, lookUp, operandValue } from './operands.ts'
import { reject } from './reject.ts'
import { setNat } from './rule-targets.ts'

/** How a chain ended: `accept` ends the base chain, `return` goes on behind the jump (at a base chain: its policy). */
export type ChainResult = 'accept' | 'return'

/** What one rule decided, or undefined to go on with the next. */
type RuleResult = ChainResult | undefined

/** Walks the packet through a chain, rule by rule. Drops and rejects end the walk. */
export function runChain(context: RuleContext, chain: Chain, depth = 0): ChainResult {
  for (const rule of chain.rules) {
    const result = runRule(context, chain, rule, depth)
    if (result) return result
  }
  return 'return'
}

/** `n1/nat/KUBE-SERVICES`; tables of nft are named with their family. */
export function placeOf({ node, table }: RuleContext, chain: Chain): string {
  return `${node.name}/${tableName(table)}/${chain.name}`
}

/** Name of a table as commands take it: with its family in nft. */
export function tableName({ backend, family, name }: Table): string {
  return backend === 'nft' ? `${family} ${name}` : name
}

function runRule(context: RuleContext, chain: Chain, rule: Rule, depth: number): RuleResult {
  const { statements } = rule
  for (let at = 0; at < statements.length; at++) {
    const statement = statements[at]!
    switch (statement.do) {
      case 'match': {
        const { answer, likely } = matches(context, statement)
        if (answer === 'no') return undefined
        if (
          answer === 'unsure' &&
          !(
            hasEffect(statements, at) &&
            mayPass(context, chain, rule, 'what this rule compares is not in the evidence', likely)
          )
        )
          return undefined
        break
      }
      case 'stateful':
        if (
          !hasEffect(statements, at) ||
          !mayPass(context, chain, rule, `${statement.what}: its state is not in the evidence`, statement.likely)
        )
          return undefined
        break
      case 'chance':
        if (!hasEffect(statements, at) || !passes(context, chain, rule, statement.probability)) return undefined
        break
      case 'nothing':
        break
      case 'unread':
        if (neverMatches(context, statements, at)) return undefined
        throw unknown(
          context.node.name,
          placeOf(context, chain),
          `this rule was not understood: ${statement.text}`,
          [lineOf(context, rule)],
          context.skb,
        )
      default: {
        const result = act(context, chain, rule, statement, depth)
        if (result === 'next-rule') return undefined
        if (result) return result
      }
    }
  }
  return undefined
}

/** Whether something behind `at` can change the packet's fate; what only counts or logs cannot. */
function hasEffect(statements: Statement[], at: number): boolean {
  return statements.slice(at + 1).some((s) => !['match', 'chance', 'stateful', 'nothing'].includes(s.do))
}

/** The matches of an iptables rule have no side effects: one that fails behind an unread one still rules the rule out. */
function neverMatches(context: RuleContext, statements: Statement[], at: number): boolean {
  if (context.table.backend === 'nft') return false
  return statements.slice(at + 1).some((s) => s.do === 'match' && matches(context, s).answer === 'no')
}

function mayPass(context: RuleContext, chain: Chain, rule: Rule, why: string, likely?: boolean): boolean {
  const where = { node: context.node.name, at: placeOf(context, chain), why, proof: [lineOf(context, rule)] }
  const kind = likely === undefined ? 'unsure' : 'likely'
  return (context.j.choose(kind, [0.5, 0.5], where) === 0) === (likely ?? false)
}

function passes(context: RuleContext, chain: Chain, rule: Rule, probability: number): boolean {
  if (probability <= 0 || probability >= 1) return probability >= 1
  const where = {
    node: context.node.name,
    at: placeOf(context, chain),
    why: 'a random choice',
    proof: [lineOf(context, rule)],
  }
  return context.j.choose('random', [probability, 1 - probability], where) === 0
}

function lineOf({ table }: RuleContext, rule: Rule): Proof {
  return { path: table.path, line: rule.line, quote: rule.raw }
}

type Action = Exclude<Statement, { do: 'match' | 'stateful' | 'chance' | 'nothing' | 'unread' }>

function act(
  context: RuleContext,
  chain: Chain,
  rule: Rule,
  statement: Action,
  depth: number,
): RuleResult | 'next-rule' {
  const { skb, j } = context
  const at = placeOf(context, chain)
  switch (statement.do) {
    case 'verdict':
      return follow(context, chain, rule, statement.verdict, depth)
    case 'vmap': {
      const found = lookUp(context, operandValue(context, statement.key), statement.map)
      const verdict = found.element?.value
      if (found.answer === 'unsure')
        throw unknown(
          context.node.name,
          at,
          'what this map holds for the packet cannot be told',
          [lineOf(context, rule)],
          skb,
        )
      return isVerdict(verdict) ? follow(context, chain, rule, verdict, depth) : 'next-rule'
    }
    case 'reject':
      throw reject(context, statement.with, at, lineOf(context, rule), {
        table: tableName(context.table),
        chain: chain.name,
      })
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return setNat(context, statement, rule, at) ? 'accept' : 'next-rule'
    case 'mark':
      skb.mark = ((skb.mark & ~statement.clear) ^ statement.set) >>> 0
      note(j, at, `mark is now 0x${skb.mark.toString(16)}`, lineOf(context, rule))
      return undefined
    case 'notrack':
      skb.tracking ??= 'untracked'
      note(j, at, 'no connection tracking', lineOf(context, rule))
      return undefined
    default:
      connectionMark(context, statement)
      return undefined
  }
}

function connectionMark(
  { skb }: RuleContext,
  statement: Action & { do: 'ct-mark' | 'restore-mark' | 'save-mark' },
): void {
  const connection = skb.tracking && skb.tracking !== 'untracked' ? skb.tracking.connection : undefined
  if (statement.do === 'restore-mark') {
    if (connection) skb.mark = ((skb.mark & ~statement.nfmask) ^ (connection.mark & statement.ctmask)) >>> 0
  } else if (connection) {
    connection.mark =
      statement.do === 'ct-mark'
        ? ((connection.mark & ~statement.clear) ^ statement.set) >>> 0
        : ((connection.mark & ~statement.ctmask) ^ (skb.mark & statement.nfmask)) >>> 0
  }
}

function follow(context: RuleContext, chain: Chain, rule: Rule, verdict: Verdict, depth: number): RuleResult {
  const { j, node, skb, table, hook } = context
  const at = placeOf(context, chain)
  const line = lineOf(context, rule)
  switch (verdict.verdict) {
    case 'accept':
      note(j, at, 'accept', line)
      return 'accept'
    case 'return':
      return 'return'
    case 'continue':
      return undefined
    case 'drop':
      throw dropped(node.name, at, 'a rule drops it', [line], skb, {
        hook,
        rule: { path: table.path, line: rule.line, table: tableName(table), chain: chain.name },
      })
    case 'queue':
      j.choose('program', [1], { node: node.name, at, why: 'a program is asked (queue), and decides', proof: [line] })
      note(j, at, 'handed to a program, taken to accept it', line)
      return 'accept'
    default: {
      const target = table.chains.get(verdict.chain)
      if (!target || depth > 32) throw unknown(node.name, at, `chain ${verdict.chain} is not in the dump`, [line], skb)
      const before = j.steps.length
      note(j, at, `${verdict.verdict} ${verdict.chain}`, line)
      const result = runChain(context, target, depth + 1)
      // a chain in which nothing happened is no step of the way
      if (result === 'return' && j.steps.length === before + 1) j.steps.pop()
      return result === 'accept' || verdict.verdict === 'goto' ? result : undefined
    }
  }
}
