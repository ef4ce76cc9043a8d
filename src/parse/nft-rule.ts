import type { Need } from './nft-expressions.ts'
import type { Json } from './nft-json.ts'
import { asArray, asNumber, asObject, asText } from './nft-json.ts'
import type { NftTable } from './nft-statements.ts'
import { readStatement } from './nft-statements.ts'
import type { Rule, Statement } from './rule.ts'
import { matchOf } from './rule-statements.ts'

const familyOf: Partial<Record<NftTable['family'], string>> = { ip: 'ipv4', ip6: 'ipv6' }

/** A need becomes a match of its own, once per rule, unless the table's family already says so. */
function addNeeds(needs: Need[], met: Set<string>, into: Statement[]): void {
  for (const { field, text } of needs) {
    const key = `${field} ${text}`
    if (met.has(key)) continue
    met.add(key)
    into.push(matchOf(field, [{ text }]))
  }
}

/** What a rule says itself need not be added: `meta l4proto tcp th dport 80`. */
function protocolOf(statement: Statement): string | undefined {
  if (statement.do !== 'match' || statement.op !== '==' || !('field' in statement.left)) return undefined
  const { field } = statement.left
  const [only, more] = Array.isArray(statement.right) ? statement.right : []
  const isProtocol = field === 'l4proto' || field === 'nfproto'
  return isProtocol && only && !more && 'text' in only ? `${field} ${only.text}` : undefined
}

/** The body of one `{"rule": …}`; parts that are not understood stay in their place as `unread`. */
export function readNftRule(raw: string, line: number, body: Json | undefined, table: NftTable): Rule {
  const object = asObject(body) ?? {}
  const statements: Statement[] = []
  const rule: Rule = { raw, line, statements }
  const met = new Set<string>([`nfproto ${familyOf[table.family]}`])
  for (const value of asArray(object['expr'])) {
    const counter = asObject(asObject(value)?.['counter'])
    const packets = asNumber(counter?.['packets'])
    const bytes = asNumber(counter?.['bytes'])
    if (packets !== undefined && bytes !== undefined && !rule.counters) {
      rule.counters = { packets, bytes }
      continue
    }
    const read = readStatement(value, table)
    if (!read) {
      statements.push({ do: 'unread', text: JSON.stringify(value) })
      continue
    }
    addNeeds(read.needs ?? [], met, statements)
    for (const statement of read.statements) {
      statements.push(statement)
      const said = protocolOf(statement)
      if (said) met.add(said)
    }
  }
  const comment = asText(object['comment'])
  if (comment !== undefined) rule.comment = comment
  return rule
}
