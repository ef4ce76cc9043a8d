import type { Proof } from '../model.ts'
import type { Literal, Rule } from '../parse/rule.ts'
import type { NodeState } from '../walk/world.ts'
import type { Reader } from './reader.ts'

/** Rules of a node that accept a port of a protocol, as proofs: what somebody once meant to open. */
export function accepting(state: NodeState, port: number, protocol: 'tcp' | 'udp', r: Reader): Proof[] {
  return state.ruleSet.tables.flatMap((table) =>
    [...table.chains.values()].flatMap((chain) =>
      chain.rules
        .filter(
          (rule) =>
            accepts(rule) && names(rule, 'dport', port, undefined) && names(rule, 'l4proto', undefined, protocol),
        )
        .map((rule) => r.proofLine(table.path, rule.line)),
    ),
  )
}

function accepts(rule: Rule): boolean {
  return rule.statements.some((s) => s.do === 'verdict' && s.verdict.verdict === 'accept')
}

function names(rule: Rule, field: string, number: number | undefined, text: string | undefined): boolean {
  return rule.statements.some((s) => {
    if (s.do !== 'match' || s.op !== '==' || !('field' in s.left) || s.left.field !== field) return false
    const values: Literal[] = Array.isArray(s.right)
      ? s.right
      : 'inline' in s.right
        ? s.right.inline.map((e) => e.key)
        : []
    return values.some((v) =>
      'number' in v
        ? v.number === number
        : 'text' in v
          ? v.text === text
          : 'range' in v && number !== undefined
            ? Number(v.range[0]) <= number && number <= Number(v.range[1])
            : false,
    )
  })
}
