import { addressBits, compareAddresses, contains, inRange } from '../net.ts'
import type { Literal } from '../parse/rule.ts'

/** The packet does not have this property (a port of ICMP, a connection of an untracked packet): no comparison holds. */
export const ABSENT = Symbol('absent')
/** The evidence does not say. */
export const UNDECIDED = Symbol('undecided')

/**
 * What a packet property is: text or address, number, words of a set, any port of a range, one of some
 * names, parts of a concatenation.
 */
export type Value =
  | string
  | number
  | readonly string[]
  | { anyOf: readonly [number, number] }
  | { oneOfNames: readonly string[] }
  | { parts: Value[] }
  | typeof ABSENT
  | typeof UNDECIDED

export type Answer = 'yes' | 'no' | 'unsure'

/** Whether `value` is what `literal` describes. */
export function isOne(value: Value, literal: Literal): Answer {
  if (value === UNDECIDED) return 'any' in literal ? 'yes' : 'unsure'
  if (value === ABSENT) return 'no'
  if ('any' in literal) return 'yes'
  if ('address' in literal) return yes(value === literal.address)
  if ('prefix' in literal) return yes(typeof value === 'string' && contains(literal.prefix, value))
  if ('text' in literal) {
    if (Array.isArray(value)) return yes(value.includes(literal.text))
    if (typeof value === 'object' && 'oneOfNames' in value) return amongNames(literal.text, value.oneOfNames)
    return yes(typeof value === 'string' && textMatches(literal.text, value))
  }
  if ('number' in literal) return inNumbers(value, literal.number, literal.number)
  if ('bits' in literal) return yes(Array.isArray(value) && literal.bits.some((word) => value.includes(word)))
  if ('tuple' in literal) return isTuple(value, literal.tuple)
  const [first, last] = literal.range
  if (typeof first === 'number') return inNumbers(value, first, last as number)
  return yes(typeof value === 'string' && inRange(value, first, last as string))
}

function amongNames(pattern: string, names: readonly string[]): Answer {
  const matching = names.filter((name) => textMatches(pattern, name))
  return matching.length === 0 ? 'no' : matching.length === names.length ? 'yes' : 'unsure'
}

function isTuple(value: Value, literals: Literal[]): Answer {
  if (typeof value !== 'object' || !('parts' in value) || value.parts.length !== literals.length) return 'no'
  let answer: Answer = 'yes'
  for (let at = 0; at < literals.length; at++) {
    const part = isOne(value.parts[at]!, literals[at]!)
    if (part === 'no') return 'no'
    if (part === 'unsure') answer = 'unsure'
  }
  return answer
}

const FEW = 1000

function inNumbers(value: Value, first: number, last: number): Answer {
  if (typeof value === 'number') return yes(value >= first && value <= last)
  if (typeof value !== 'object' || !('anyOf' in value)) return 'no'
  const [low, high] = value.anyOf
  if (first <= low && last >= high) return 'yes'
  if (last < low || first > high) return 'no'
  // one port of thousands is taken for none that a packet has
  return first === last && high - low > FEW ? 'no' : 'unsure'
}

/** Interface names may end in a wildcard: `+` of iptables, `*` of nft. */
function textMatches(pattern: string, text: string): boolean {
  if (pattern === text) return true
  return /[+*]$/.test(pattern) && text.startsWith(pattern.slice(0, -1)) && text !== ''
}

function yes(is: boolean): Answer {
  return is ? 'yes' : 'no'
}

/** `value op literal` for the ordered comparisons of numbers and addresses. */
export function isOrdered(value: Value, op: '<' | '<=' | '>' | '>=', literal: Literal): Answer {
  if (value === UNDECIDED) return 'unsure'
  if (typeof value === 'object' && 'anyOf' in value && 'number' in literal) {
    const ends = value.anyOf.map((end) => holds(end - literal.number, op))
    return ends[0] === ends[1] ? yes(ends[0]!) : 'unsure'
  }
  if (typeof value === 'number' && 'number' in literal) return yes(holds(value - literal.number, op))
  if (typeof value === 'string' && 'address' in literal) return yes(holds(compareAddresses(value, literal.address), op))
  return value === ABSENT ? 'no' : 'unsure'
}

function holds(difference: number, op: '<' | '<=' | '>' | '>='): boolean {
  if (op === '<') return difference < 0
  if (op === '<=') return difference <= 0
  return op === '>' ? difference > 0 : difference >= 0
}

/** A literal as the value that it stands for; ranges and prefixes stand for no single one. */
export function literalValue(literal: Literal): Value {
  if ('text' in literal) return literal.text
  if ('number' in literal) return literal.number
  if ('address' in literal) return literal.address
  if ('bits' in literal) return literal.bits
  if ('tuple' in literal) return { parts: literal.tuple.map(literalValue) }
  return UNDECIDED
}

/** Bits of a value, for masks; undefined where it has none. */
export function bitsOf(value: Value): bigint | undefined {
  if (typeof value === 'number') return BigInt(value)
  return typeof value === 'string' ? addressBits(value) : undefined
}
