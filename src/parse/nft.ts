import { asArray, asObject, asText, parseJson } from './nft-json.ts'
import type { NftReading } from './nft-objects.ts'
import { addObject } from './nft-objects.ts'
import { isOfIptables, tableKey } from './nft-tables.ts'
import type { Chain, NftRuleSet } from './rule.ts'
import type { Run } from './rule-runs.ts'
import { addRun, lineText } from './rule-runs.ts'

/** A dump as nft prints it, in one line or several: the same with one object a line, all of which stand on line 1. */
function asLines(text: string): { text: string; oneLine: boolean } {
  const whole = { text, oneLine: false }
  const trimmed = text.trimStart()
  if (!/^\{\s*"nftables"/.test(trimmed)) return whole
  const objects = asObject(parseJson(trimmed.trimEnd()))?.['nftables']
  if (objects === undefined) return whole
  const lines = asArray(objects).map((object) => JSON.stringify(object))
  return { text: lines.join('\n'), oneLine: true }
}

const ruleStart = /\{"rule":\{"family":"(\w+)","table":"([^"\\]+)","chain":"([^"\\]+)",/y

/** Where a rule belongs. `start` is how its line begins up to the chain's name, where that is in nft's own order. */
interface Place {
  table: string
  chain: string
  start: string
}

function placeOf(text: string, start: number, end: number): Place | undefined {
  ruleStart.lastIndex = start
  const [matched, family, name, chain = ''] = ruleStart.exec(text) ?? []
  if (matched !== undefined && ruleStart.lastIndex <= end) return { table: `${family} ${name}`, chain, start: matched }
  const raw = lineText(text, start, end)
  const rule = asObject(asObject(parseJson(raw))?.['rule'])
  return rule && { table: tableKey(rule, 'table'), chain: asText(rule['chain']) ?? '', start: raw }
}

/** Calls `found` for each rule line that holds `needle`, with the rule's table. */
function inRules({ text }: NftReading, needle: string, found: (table: string, raw: string) => void): void {
  for (let at = text.indexOf(needle); at >= 0; ) {
    const start = text.lastIndexOf('\n', at) + 1
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const place = placeOf(text, start, end)
    if (place) found(place.table, text.slice(start, end))
    at = text.indexOf(needle, end)
  }
}

const update = /\{"(?:set|map)":\{"op":"(?:add|update)".{0,2000}?"(?:set|map)":"@([^"\\]+)"/g

/**
 * Sets that rules write to are snapshots; nft 1.0.6 does not print their flag `dynamic`, yet such a set has a size if no time-out.
 */
function markUpdated(reading: NftReading): void {
  const { tables } = reading
  if (![...tables.values()].some(({ sized }) => sized)) return
  for (const needle of ['{"set":{"op":', '{"map":{"op":']) {
    inRules(reading, needle, (table, raw) => {
      for (const [, name = ''] of raw.matchAll(update)) {
        const set = tables.get(table)?.table.sets.get(name)
        if (set) set.dynamic = true
      }
    })
  }
}

/**
 * Reads `nft -j list ruleset`, as it is or with one object a line (`jq -c '.nftables[]'`). Rules and set elements are parsed when they are
 * first read. Lines that are not understood are listed as unread; so are tables whose flags nft could not print (1.0.6 prints
 * rubbish there, so a dormant table cannot be told from an owned one).
 */
export function parseNftJson(dump: string, path: string): NftRuleSet {
  const { text, oneLine } = asLines(dump)
  const reading: NftReading = { text, path, oneLine, tables: new Map(), unread: [] }
  let line = 0
  /** The run that the line before belongs to, and how its next line would start. */
  let run: Run | undefined
  let prefix = ''
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    line++
    if (run && text.startsWith(prefix, start)) {
      run.end = end + 1
    } else {
      run = undefined
      const isRule = text.startsWith('{"rule"', start)
      const place = isRule ? placeOf(text, start, end) : undefined
      const chain: Chain | undefined = place && reading.tables.get(place.table)?.table.chains.get(place.chain)
      if (place && chain) {
        run = addRun(chain, start, end + 1, line)
        prefix = place.start
      } else {
        const raw = lineText(text, start, end)
        const why = place
          ? `a rule of chain ${place.chain}, which ${place.table} does not list`
          : addAny(reading, raw, line)
        if (why) reading.unread.push({ line: oneLine ? 1 : line, text: raw.slice(0, 200), why })
      }
    }
    start = end + 1
  }
  markUpdated(reading)
  const tables = [...reading.tables.values()].map(({ table }) => table)
  const owned = tables.filter(isOfIptables).map((table) => `${table.family} ${table.name}`)
  return { tables, unread: reading.unread, ownedByIptables: owned }
}

const addAny = (reading: NftReading, raw: string, line: number): string | undefined =>
  raw.trim() === '' ? undefined : addObject(reading, raw, reading.oneLine ? 1 : line)
