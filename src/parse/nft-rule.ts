import type { Need } from './nft-expressions.ts'
import type { Json } from './nft-json.ts'
import { asArray, asNumber, asObject, asText, parseJson } from './nft-json.ts'
import { statementTexts } from './nft-rule-text.ts'
import type { NftTable, ReadStatement } from './nft-statements.ts'
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

/** More different texts than this do not repeat often enough to be worth keeping. */
const MOST_SEEN = 2000

/** A statement by its text, with those needs only that the table's family does not meet. */
function readText(text: string, table: NftTable): ReadStatement | undefined {
  const seen = table.seen.get(text)
  if (seen) return seen
  const value = parseJson(text)
  const read = value === undefined ? undefined : readStatement(value, table)
  if (!read || 'counter' in (asObject(value) ?? {})) return undefined
  const needs = read.needs?.filter((need) => need.field !== 'nfproto' || need.text !== familyOf[table.family])
  const known: ReadStatement = needs?.length ? { statements: read.statements, needs } : { statements: read.statements }
  if (table.seen.size >= MOST_SEEN) table.seen.clear()
  table.seen.set(text, known)
  return known
}

/** The rule, statement by statement; undefined where one is a counter or not understood. */
function readTexts(raw: string, line: number, table: NftTable): Rule | undefined {
  const texts = statementTexts(raw)
  if (!texts) return undefined
  const statements: Statement[] = []
  let met: Set<string> | undefined
  for (const text of texts) {
    const read = readText(text, table)
    if (!read) return undefined
    if (read.needs) {
      met ??= new Set(statements.flatMap((statement) => protocolOf(statement) ?? []))
      addNeeds(read.needs, met, statements)
    }
    for (const statement of read.statements) {
      statements.push(statement)
      const said = met && protocolOf(statement)
      if (said) met?.add(said)
    }
  }
  return { raw, line, statements }
}

/** The body of one `{"rule": …}`; parts that are not understood stay in their place as `unread`. */
function readWhole(raw: string, line: number, body: Json, table: NftTable): Rule {
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

/** One `{"rule": …}` line. Rules share the statements they have in common. */
export function readNftRule(raw: string, line: number, table: NftTable): Rule {
  const known = readTexts(raw, line, table)
  if (known) return known
  const body = asObject(parseJson(raw))?.['rule']
  if (body === undefined) return { raw, line, statements: [{ do: 'unread', text: raw.slice(0, 200) }] }
  return readWhole(raw, line, body, table)
}
