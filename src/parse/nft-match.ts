import type { Expression } from './nft-expressions.ts'
import { readExpression } from './nft-expressions.ts'
import type { Json } from './nft-json.ts'
import { asArray, asObject, asText, nameAndBody } from './nft-json.ts'
import type { Kind } from './nft-literals.ts'
import { readLiteral, readTcpFlags } from './nft-literals.ts'
import type { Literal, SetRef, Statement } from './rule.ts'
import { matchOf } from './rule-statements.ts'

type Operator = Extract<Statement, { do: 'match' }>['op']
type Read = Pick<Expression, 'needs'> & { statements: Statement[] }

const operators = new Map<string, Operator>([
  ['==', '=='],
  ['in', '=='],
  ['!=', '!='],
  ['!', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
])

function readRight(right: Json | undefined, kind: Kind | Kind[]): Literal[] | SetRef | undefined {
  if (typeof right === 'string' && right.startsWith('@')) return { named: right.slice(1) }
  const set = asObject(right)?.['set']
  const literals: Literal[] = []
  for (const value of set === undefined ? [right ?? null] : asArray(set)) {
    const literal = readLiteral(value, kind)
    if (!literal) return undefined
    literals.push(literal)
  }
  return literals
}

const words = (value: Json | undefined): string[] => asArray(value).map((word) => asText(word) ?? '')

const bitWords = {
  'ct.state': new Set(['new', 'established', 'related', 'invalid', 'untracked']),
  'ct.status': new Set(['expected', 'seen-reply', 'assured', 'confirmed', 'snat', 'dnat', 'dying']),
}

/**
 * Connection state and status are sets of bits: `in` asks for an overlap, `!` for none; with `&` the masked bits are compared.
 * A connection has one state, so there `==` is an overlap, too; the whole status is never compared.
 */
function readBits(
  field: 'ct.state' | 'ct.status',
  op: string,
  mask: Json | undefined,
  right: Json,
): Statement[] | undefined {
  const values = words(asObject(right)?.['set'] ?? (right === 0 ? [] : right))
  const masked = words(mask)
  if (![...values, ...masked].every((word) => bitWords[field].has(word))) return undefined
  const test = (bits: string[], not: boolean) => matchOf(field, [{ bits }], not)
  const equal = op === '==' || op === 'in'
  if (!equal && op !== '!=' && op !== '!') return undefined
  if (mask === undefined) {
    const overlap = op === 'in' || op === '!' || field === 'ct.state'
    return overlap && values.length > 0 ? [test(values, !equal)] : undefined
  }
  if (values.length === 0) return [test(masked, equal)]
  if (!values.every((word) => masked.includes(word)) || (!equal && masked.length > 1)) return undefined
  return masked.map((word) => test([word], values.includes(word) !== equal))
}

/** `in` asks for a common flag, `!` for none; all else compares the header's bits, masked or whole. */
function readTcpFlagMatch(op: string, mask: Json | undefined, right: Json): Statement[] | undefined {
  const set = asObject(right)?.['set']
  if (mask === undefined && (op === 'in' || op === '!')) {
    return [matchOf({ field: 'tcp.flags' }, [{ bits: words(right) }], op === '!')]
  }
  const bits = mask === undefined ? 255 : readTcpFlags(mask)
  const numbers = (set === undefined ? [right] : asArray(set)).map(readTcpFlags)
  if (bits === undefined || !numbers.every((number) => number !== undefined) || (op !== '==' && op !== '!='))
    return undefined
  const literals = numbers.map((number) => ({ number: number as number }))
  return [matchOf({ field: 'tcp.flags', mask: bits }, literals, op === '!=')]
}

/** Headers that an ordinary packet lacks. Whatever is asked of a field of theirs fails without the header; only `missing` holds. */
function readExtra(left: Json | undefined, right: Json): Statement[] | undefined {
  const [name, body] = nameAndBody(left) ?? []
  const object = asObject(body) ?? {}
  const word = name === 'ip option' ? 'options' : name === 'exthdr' ? asText(object['name']) : undefined
  if (word === undefined) return undefined
  return [matchOf('exthdr', [{ bits: [word] }], right === false && object['field'] === undefined)]
}

const isFragmentOffset = (left: Json | undefined, mask: Json | undefined): boolean =>
  mask === 8191 && asText(asObject(asObject(left)?.['payload'])?.['field']) === 'frag-off'

/** `fib … oif missing|exists` and `oif eq 0`: no interface is the empty name. */
function readFibResult(expression: Expression, op: string, right: Json): Statement[] | undefined {
  if (typeof right !== 'boolean' && right !== '0' && right !== 0) return undefined
  if (op !== '==' && op !== '!=') return undefined
  return [matchOf(expression.operand, [{ text: '' }], (right === true) === (op === '=='))]
}

/** One `match`, with what it silently needs; undefined if any part is not understood. */
export function readMatch(body: Json): Read | undefined {
  const object = asObject(body) ?? {}
  const opText = asText(object['op']) ?? ''
  const right = object['right'] ?? null
  const [masked, mask, more] = asArray(asObject(object['left'])?.['&'])
  const left = masked === undefined || more !== undefined ? object['left'] : masked
  const extra = readExtra(object['left'], right)
  if (extra) return { statements: extra, needs: [] }
  if (isFragmentOffset(left, mask) && right === 0 && (opText === '!=' || opText === '==')) {
    const statement = matchOf('exthdr', [{ bits: ['fragment'] }], opText === '==')
    return { statements: [statement], needs: [{ field: 'nfproto', text: 'ipv4' }] }
  }
  const inner = readExpression(left)
  const field = inner && 'field' in inner.operand ? inner.operand.field : undefined
  const isNamedSet = typeof right === 'string' && right.startsWith('@')
  if (inner && !isNamedSet) {
    let special: Statement[] | undefined | false = false
    if (field === 'ct.state' || field === 'ct.status') special = readBits(field, opText, mask, right)
    else if (field === 'tcp.flags') special = readTcpFlagMatch(opText, mask, right)
    if (special !== false) return special && { statements: special, needs: inner.needs }
  }
  const expression = readExpression(object['left'])
  const op = operators.get(opText)
  if (!expression || !op) return undefined
  const result = field === 'fib.saddr.oif' ? readFibResult(expression, opText, right) : undefined
  if (result) return { statements: result, needs: expression.needs }
  const literals = readRight(right, expression.kind)
  if (!literals) return undefined
  const match: Statement = { do: 'match', left: expression.operand, op, right: literals }
  // A forwarded packet has no owner: nft then fails the rule even for `!=`, where iptables passes.
  const owned = field === 'skuid' || field === 'skgid'
  const present: Statement[] = owned ? [{ do: 'match', left: { field }, op: '>=', right: [{ number: 0 }] }] : []
  return { statements: op === '==' ? [match] : [...present, match], needs: expression.needs }
}
