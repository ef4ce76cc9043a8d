import type { Literal, Operand, Statement } from '../parse/rule.ts'
import type { RuleContext } from './fields.ts'
import { lookUp, operandValue } from './operands.ts'
import { ABSENT, type Answer, isOne, isOrdered, type Value } from './values.ts'

type Match = Statement & { do: 'match' }

/** Whether the packet has what a match statement asks for; `likely` goes with `unsure`. */
export function matches(context: RuleContext, statement: Match): { answer: Answer; likely?: boolean } {
  const { left, op, right } = statement
  if (!Array.isArray(right)) {
    const value = operandValue(context, left)
    const found = lookUp(context, value, right)
    if (lacks(value)) return { answer: 'no' }
    if (found.answer === 'unsure')
      return { answer: 'unsure', ...(found.likely !== undefined && { likely: found.likely === (op === '==') }) }
    return { answer: (found.answer === 'yes') === (op === '==') ? 'yes' : 'no' }
  }
  const value = operandValue(context, left)
  if (value === ABSENT) return { answer: op === '!=' && isOwner(left) ? 'yes' : 'no' }
  if (op !== '==' && op !== '!=') return { answer: right[0] ? isOrdered(value, op, right[0]) : 'unsure' }
  return { answer: among(value, right, op === '!=') }
}

function among(value: Value, literals: Literal[], not: boolean): Answer {
  let answer: Answer = 'no'
  for (const literal of literals) {
    const one = isOne(value, literal)
    if (one === 'yes') return not ? 'no' : 'yes'
    if (one === 'unsure') answer = 'unsure'
  }
  return answer === 'unsure' ? answer : not ? 'yes' : 'no'
}

/** A key with a part that the packet does not have is in no set and in no complement of one. */
function lacks(value: Value): boolean {
  return value === ABSENT || (typeof value === 'object' && 'parts' in value && value.parts.some(lacks))
}

/** A packet that no local process sent has no owner: it is not any given user's. */
function isOwner(operand: Operand): boolean {
  return 'field' in operand && (operand.field === 'skuid' || operand.field === 'skgid')
}
