import { addressText, familyOf, prefixLength } from '../net.ts'
import { ipsetKey } from '../parse/ipset.ts'
import type { Literal, NamedSet, Operand, SetElement, SetRef, Verdict } from '../parse/rule.ts'
import { fieldValue, type RuleContext } from './fields.ts'
import { need } from './journey.ts'
import { ABSENT, type Answer, bitsOf, isOne, literalValue, UNDECIDED, type Value } from './values.ts'

/**
 * What a lookup gave. `unsure`: it may as well be the other way, since the packet or the set is not known fully, or the set changes with
 * traffic: then `likely` says what the dump shows.
 */
export interface Found {
  answer: Answer
  likely?: boolean
  element?: SetElement
  /** Only the element for everything else was found. */
  general?: true
}

/** Value of an operand for the packet. A value that is drawn at random is drawn here, once. */
export function operandValue(context: RuleContext, operand: Operand): Value {
  if ('field' in operand) return fieldValue(context, operand)
  if ('literal' in operand) return literalValue(operand.literal)
  if ('concat' in operand) return { parts: operand.concat.map((part) => operandValue(context, part)) }
  if ('masked' in operand) return masked(operandValue(context, operand.masked), operand.by)
  if ('oneOf' in operand) return (operand.offset ?? 0) + draw(context, 'random', operand.oneOf)
  if ('hash' in operand) return (operand.offset ?? 0) + draw(context, 'hash', operand.hash)
  const found = lookUp(context, operandValue(context, operand.key), operand.map)
  const value = found.element?.value
  if (found.answer === 'no') return ABSENT
  return value && !('verdict' in value) && found.answer === 'yes' ? literalValue(value) : UNDECIDED
}

function draw({ j, node }: RuleContext, kind: 'random' | 'hash', count: number): number {
  if (count <= 1) return 0
  const why = 'a hash of the packet picks one of several'
  return j.choose(kind, Array<number>(count).fill(1 / count), {
    node: node.name,
    at: `${node.name}/netfilter`,
    why,
    proof: [],
  })
}

function masked(value: Value, by: Literal): Value {
  const mask = bitsOf(literalValue(by))
  const bits = bitsOf(value)
  if (bits === undefined || mask === undefined) return value
  const family = typeof value === 'string' ? familyOf(value) : undefined
  return family === undefined ? Number(bits & mask) : addressText(family, bits & mask)
}

/** Looks a value up in a set or map. */
export function lookUp(context: RuleContext, value: Value, ref: SetRef): Found {
  if ('inline' in ref) return inElements(value, ref.inline)
  if ('named' in ref) {
    const set = context.table.sets.get(ref.named)
    if (!set) return { answer: 'unsure' }
    return snapshot(set, inElements(value, set.elements))
  }
  const sets = need(context.node, context.node.ipsets, context.skb)
  return inIpset(context, sets, ref.ipset, ref)
}

/**
 * Traffic adds to some sets. What is in one stays there for as long as packets come (session affinity), and was so for all of them; what
 * is not may be by now. What is not among the elements that were read may be among those that were not.
 */
function snapshot(set: NamedSet, found: Found): Found {
  if (set.incomplete && (found.answer === 'no' || found.general)) return { ...found, answer: 'unsure' }
  return found.answer === 'no' && set.dynamic ? { ...found, answer: 'unsure', likely: false } : found
}

function inElements(value: Value, elements: SetElement[]): Found {
  let unsure: SetElement | undefined
  let fallback: SetElement | undefined
  for (const element of elements) {
    if ('any' in element.key) {
      fallback = element
      continue
    }
    const answer = isOne(value, element.key)
    if (answer === 'yes') return { answer, element }
    if (answer === 'unsure') unsure ??= element
  }
  if (unsure) return { answer: 'unsure', element: unsure }
  return fallback ? { answer: 'yes', element: fallback, general: true } : { answer: 'no' }
}

function inIpset(
  context: RuleContext,
  sets: Map<string, NamedSet>,
  name: string,
  ref: Extract<SetRef, { ipset: string }>,
): Found {
  const set = sets.get(name)
  if (!set) return { answer: 'unsure' }
  if (set.members) {
    const members = set.members.map((member) => inIpset(context, sets, member, ref))
    return members.find((m) => m.answer === 'yes') ?? members.find((m) => m.answer === 'unsure') ?? { answer: 'no' }
  }
  if ((set.family === 'ip6') !== (context.skb.family === 6) && set.family !== undefined) return { answer: 'no' }
  const key = ipsetKey(set, ref.dirs)
  if (!key) return { answer: 'unsure' }
  const value = operandValue(context, key)
  const holding = set.elements.filter((element) => isOne(value, element.key) !== 'no')
  const nearest = holding.toSorted((a, b) => narrowness(b.key) - narrowness(a.key))[0]
  if (!nearest) return snapshot(set, { answer: 'no' })
  const answer = isOne(value, nearest.key)
  // a longer prefix that was not read may say the contrary
  if (set.incomplete && answer === 'yes') return { answer: 'unsure', element: nearest }
  if (nearest.nomatch && answer === 'yes') return snapshot(set, { answer: ref.returnNomatch ? 'yes' : 'no' })
  return snapshot(set, { answer, element: nearest })
}

/** Longest prefix first, over all networks of a key. */
function narrowness(key: Literal): number {
  if ('tuple' in key) return key.tuple.reduce((sum, part) => sum + narrowness(part), 0)
  if ('prefix' in key) return prefixLength(key.prefix)
  return 'any' in key ? 0 : 128
}

/** Whether the value of a map or set element is a verdict. */
export function isVerdict(value: SetElement['value']): value is Verdict {
  return value !== undefined && 'verdict' in value
}
