import type { Json, JsonObject } from './nft-json.ts'
import { asArray, asObject, asText, nameAndBody } from './nft-json.ts'
import { readNftRule } from './nft-rule.ts'
import type { NftTable } from './nft-statements.ts'
import type { Building } from './nft-tables.ts'
import { addSet, isBuiltIn, mayBeIptables, newTable, readBase, tableKey, withoutElements } from './nft-tables.ts'
import type { NftRuleSet, Rule, Unread } from './rule.ts'
import type { Run } from './rule-runs.ts'
import { addRun, lazyChain, lineText } from './rule-runs.ts'

const ruleStart = /\{"rule":\{"family":"(\w+)","table":"([^"\\]+)","chain":"([^"\\]+)",/y

/** Nested deeper than any rule that nft writes: not worth the stack. */
const MOST_LEVELS = 60

function tooDeep(raw: string): boolean {
  if (raw.length < 1000) return false
  let level = 0
  for (let i = 0; i < raw.length; i++) {
    // `[` and `{` differ by the bit 32 alone, as do `]` and `}`.
    const code = raw.charCodeAt(i) | 32
    if (code === 123 && ++level > MOST_LEVELS) return true
    if (code === 125) level--
  }
  return false
}

function parseJson(raw: string): Json | undefined {
  if (tooDeep(raw)) return undefined
  try {
    return JSON.parse(raw) as Json
  } catch {
    return undefined
  }
}

function readRuleLine(raw: string, line: number, context: NftTable): Rule {
  const body = asObject(parseJson(raw))?.['rule']
  if (body === undefined) return { raw, line, statements: [{ do: 'unread', text: raw.slice(0, 200) }] }
  return readNftRule(raw, line, body, context)
}

/** A dump as nft prints it, in one line or several: the same with one object a line, all of which stand on line 1. */
function asLines(text: string): { text: string; oneLine: boolean } {
  const trimmed = text.trimStart()
  if (!/^\{\s*"nftables"/.test(trimmed)) return { text, oneLine: false }
  const objects = asObject(parseJson(trimmed.trimEnd()))?.['nftables']
  if (objects === undefined) return { text, oneLine: false }
  return {
    text: asArray(objects)
      .map((object) => JSON.stringify(object))
      .join('\n'),
    oneLine: true,
  }
}

/** Marks sets that rules write to as snapshots; nft 1.0.6 does not print their flag `dynamic`. */
function markUpdated(
  text: string,
  chainOf: (start: number, end: number) => [table: string, chain: string] | undefined,
  tables: ReadonlyMap<string, Building>,
): void {
  const update = /\{"(?:set|map)":\{"op":"(?:add|update)"[^\n]{0,2000}?"(?:set|map)":"@([^"\\]+)"/g
  for (const match of text.matchAll(update)) {
    const start = text.lastIndexOf('\n', match.index) + 1
    const newline = text.indexOf('\n', match.index)
    const table = chainOf(start, newline < 0 ? text.length : newline)?.[0] ?? ''
    const set = tables.get(table)?.table.sets.get(match[1] ?? '')
    if (set) set.dynamic = true
  }
}

/** Objects that statements name and what they need of them is looked up later. */
const named = new Set(['limit', 'quota', 'flowtable'])
/** Objects whose contents have no effect on a packet's fate. */
const idle = new Set([
  'metainfo',
  'counter',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'synproxy',
  'tunnel',
])

/**
 * Reads `nft -j list ruleset`, as it is or with one object a line (`jq -c '.nftables[]'`). Rules and set elements are parsed when they are
 * first read. Lines that are not understood are listed as unread; so are tables whose flags nft could not print (1.0.6 prints
 * rubbish there, so a dormant table cannot be told from an owned one).
 */
export function parseNftJson(dump: string, path: string): NftRuleSet {
  const { text, oneLine } = asLines(dump)
  const tables = new Map<string, Building>()
  const unread: Unread[] = []
  const owned = new Set<string>()

  const addTable = (object: JsonObject): string | undefined => {
    const key = tableKey(object, 'name')
    if (tables.has(key)) return `table ${key} is listed twice`
    const building = newTable(object, path, text, (raw, at, context) => readRuleLine(raw, oneLine ? 1 : at, context))
    if (!building) return 'a table of an unknown family'
    tables.set(key, building)
    const flags = asArray(object['flags'])
    if (flags.includes('dormant')) building.table.dormant = true
    const strange = flags.filter((flag) => !['dormant', 'owner', 'persist'].includes(String(flag)))
    return strange.length > 0 ? `table ${key} has flags that cannot be read` : undefined
  }

  const addChain = (object: JsonObject, line: number): string | undefined => {
    const building = tables.get(tableKey(object, 'table'))
    const name = asText(object['name'])
    if (!building || name === undefined) return 'a chain of no listed table'
    if (building.table.chains.has(name)) return `chain ${name} is listed twice`
    const chain = lazyChain(building.rules, name, line)
    building.table.chains.set(name, chain)
    const base = readBase(object)
    if (base === undefined) return `chain ${name} has a hook that is not known`
    if (base && !building.table.dormant) chain.base = base
    if (mayBeIptables(building.table) && isBuiltIn(building.table, chain)) owned.add(tableKey(object, 'table'))
    return undefined
  }

  const addOther = (kind: string, object: JsonObject, raw: string, line: number): string | undefined => {
    const building = tables.get(tableKey(object, 'table'))
    if (!building) return `a ${kind} of no listed table`
    if (named.has(kind)) building.objects.set(`${kind} ${asText(object['name'])}`, object)
    else if (!addSet(building, raw, line, object, parseJson)) return `a ${kind} that is not understood`
    return undefined
  }

  const addLine = (raw: string, line: number): string | undefined => {
    const [kind, body] = nameAndBody(parseJson(withoutElements(raw) ?? raw) ?? parseJson(raw)) ?? []
    const object = asObject(body)
    if (kind === undefined || !object) return 'no object that nft prints'
    if (kind === 'table') return addTable(object)
    if (kind === 'chain') return addChain(object, line)
    if (kind === 'set' || kind === 'map' || named.has(kind)) return addOther(kind, object, raw, line)
    return idle.has(kind) ? undefined : `an object of unknown kind ${kind}`
  }

  /** Where the rule on this line belongs; its names are usually at the start, in nft's own order. */
  const chainOf = (start: number, end: number): [table: string, chain: string] | undefined => {
    ruleStart.lastIndex = start
    const match = ruleStart.exec(text)
    if (match && ruleStart.lastIndex <= end) return [`${match[1]} ${match[2]}`, match[3] ?? '']
    const rule = asObject(asObject(parseJson(lineText(text, start, end)))?.['rule'])
    return rule && [tableKey(rule, 'table'), asText(rule['chain']) ?? '']
  }

  let line = 0
  let run: Run | undefined
  let runPrefix = ''
  let nextXt = text.indexOf('{"xt":')
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    line++
    if (run && text.startsWith(runPrefix, start)) {
      run.end = end + 1
    } else {
      run = undefined
      const raw = lineText(text, start, end)
      const names = raw.startsWith('{"rule"') ? chainOf(start, end) : undefined
      const chain = names && tables.get(names[0])?.table.chains.get(names[1])
      if (chain) {
        run = { start, end: end + 1, line }
        addRun(chain, run)
        const quoted = raw.indexOf(`","chain":"${names[1]}",`)
        runPrefix = quoted < 0 ? raw : raw.slice(0, quoted + names[1].length + 13)
      } else if (raw.trim() !== '') {
        const why = names
          ? `a rule of a chain that is not listed: ${names.join(' ')}`
          : addLine(raw, oneLine ? 1 : line)
        if (why) unread.push({ line: oneLine ? 1 : line, text: raw.slice(0, 200), why })
      }
    }
    if (nextXt >= 0 && nextXt < end) {
      const key = chainOf(start, end)?.[0] ?? ''
      const table = tables.get(key)?.table
      if (table && mayBeIptables(table)) owned.add(key)
      nextXt = text.indexOf('{"xt":', end)
    }
    start = end + 1
  }
  markUpdated(text, chainOf, tables)
  return { tables: [...tables.values()].map(({ table }) => table), unread, ownedByIptables: [...owned] }
}
