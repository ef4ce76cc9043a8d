import type { Field, Literal, Operand, Statement } from './rule.ts'

/** Operand that reads a field; every call gives the same frozen object, since dumps hold it hundreds of thousands of times. */
export function operand(field: Field): Operand {
  let found = operands.get(field)
  if (!found) {
    found = Object.freeze({ field })
    operands.set(field, found)
  }
  return found
}
const operands = new Map<Field, Operand>()

/** `left == right` (any of right), or `!=` (none of right) where `not`. */
export function matchOf(left: Operand | Field, right: Literal[], not = false): Statement {
  return { do: 'match', left: typeof left === 'string' ? operand(left) : left, op: not ? '!=' : '==', right }
}
