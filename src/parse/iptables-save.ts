import { basesOf } from './iptables-save-bases.ts'
import type { TableContext } from './iptables-save-rule.ts'
import { readRule } from './iptables-save-rule.ts'
import type { Chain, RuleSet, Table, Unread } from './rule.ts'
import type { RuleSource, Run } from './rule-runs.ts'
import { addRun, lazyChain, lineText } from './rule-runs.ts'

export interface IptablesSource {
  family: 'ip' | 'ip6'
  backend: 'iptables-nft' | 'iptables-legacy'
  /** Bundle path of the text. */
  path: string
}

/** What was read so far. `open` is the table whose COMMIT has not come yet. */
interface Reading {
  text: string
  source: IptablesSource
  tables: Map<string, Table>
  unread: Unread[]
  open: { table: Table; line: number; rules: RuleSource } | undefined
}

const SPACE = 32
const DASH = 45
const COLON = 58
const BRACKET = 91
const HASH = 35
const STAR = 42

function closeTable(reading: Reading): void {
  const { open } = reading
  if (open)
    reading.unread.push({ line: open.line, text: `*${open.table.name}`, why: 'no COMMIT: the table is cut off' })
  reading.open = undefined
}

function openTable(reading: Reading, raw: string, line: number): void {
  closeTable(reading)
  const { family, backend, path } = reading.source
  const name = raw.slice(1).trim()
  if (reading.tables.has(name))
    reading.unread.push({ line, text: raw, why: `table ${name} comes twice: the later counts` })
  const chains = new Map<string, Chain>()
  const table: Table = { family, name, backend, chains, sets: new Map(), path }
  const { text } = reading
  const context: TableContext = { text, family, chains, jumps: new Map(), seen: new Map() }
  const rules: RuleSource = { text, read: (from, to, at, chain) => readRule(from, to, at, chain, context) }
  reading.tables.set(name, table)
  reading.open = { table, line, rules }
}

function addChain({ chains }: Table, chain: Chain): string | undefined {
  const before = chains.size
  chains.set(chain.name, chain)
  return chains.size === before ? `chain ${chain.name} is declared twice: it starts empty here` : undefined
}

/** A built-in chain with its policy. */
function declareChain(reading: Reading, raw: string, line: number): string | undefined {
  const { open } = reading
  if (!open) return 'outside of a table'
  const space = raw.indexOf(' ')
  const name = raw.slice(1, space)
  const declared = /^(ACCEPT|DROP)(?: \[(\d+):(\d+)\])?\s*$/.exec(raw.slice(space + 1))
  const base = basesOf(open.table.name, name)
  if (!declared || !base) return 'no chain of a known hook'
  const chain = lazyChain(open.rules, name, line)
  const [, policy, packets, bytes] = declared
  const counters = packets && bytes ? { policyCounters: { packets: Number(packets), bytes: Number(bytes) } } : {}
  chain.base = { ...base, policy: policy === 'DROP' ? 'drop' : 'accept', ...counters }
  return addChain(open.table, chain)
}

/** Any line but a rule; the reason why it is unread, if it is. */
function readOther(reading: Reading, raw: string, line: number): string | undefined {
  const first = raw.charCodeAt(0)
  if (first === COLON) return declareChain(reading, raw, line)
  if (first === HASH) {
    const [, table, whole] = /^# Table `?([^\s'`]+)'? (?:(is)|contains) incompatible/.exec(raw) ?? []
    const what = whole ? 'holds what iptables cannot print' : 'has base chains that iptables does not print'
    const why = `table ${table} ${what}: read it with nft`
    if (table) reading.unread.push({ line, text: raw, why, seenByNft: true })
    return undefined
  }
  if (first === STAR) openTable(reading, raw, line)
  else if (raw === 'COMMIT' && reading.open) reading.open = undefined
  else if (raw.trim() !== '') return reading.open ? 'no line that iptables-save prints' : 'outside of a table'
  return undefined
}

/** `:NAME - [0:0]` */
function isUserChain(text: string, start: number, end: number): boolean {
  if (text.charCodeAt(start) !== COLON) return false
  const space = text.indexOf(' ', start)
  return space > start + 1 && space + 1 < end && text.charCodeAt(space + 1) === DASH
}

const isOfChain = (text: string, nameStart: number, name: string): boolean =>
  text.charCodeAt(nameStart + name.length) === SPACE && text.startsWith(name, nameStart)

function chainName(text: string, start: number, end: number): string {
  const space = text.indexOf(' ', start)
  return space > 0 && space < end ? text.slice(start, space) : lineText(text, start, end)
}

/**
 * Reads `iptables-save`, with or without `-c`; lines from 1. Rules are parsed when a chain's `rules` are first read.
 * As iptables-restore does, a table or chain that is declared again starts empty. A table that the tool calls incompatible, one
 * without COMMIT (a dump cut off) and every line of no known form is listed as unread.
 */
export function parseIptablesSave(text: string, source: IptablesSource): RuleSet {
  const reading: Reading = { text, source, tables: new Map(), unread: [], open: undefined }
  let line = 0
  /** The run of lines that the line before belongs to, and its chain. */
  let run: Run | undefined
  let chain: Chain | undefined
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    line++
    // With -c the counters stand before -A.
    const counted = text.charCodeAt(start) === BRACKET
    const ruleStart = counted ? text.indexOf(']', start) + 2 : start
    const isRule = ruleStart + 3 < end && text.startsWith('-A ', ruleStart)
    if (isRule && run && chain && isOfChain(text, ruleStart + 3, chain.name)) {
      run.end = end + 1
    } else if (isRule && reading.open) {
      const name = chainName(text, ruleStart + 3, end)
      chain = reading.open.table.chains.get(name)
      if (chain) {
        run = addRun(chain, start, end + 1, line)
      } else {
        run = undefined
        reading.unread.push({ line, text: lineText(text, start, end), why: `chain ${name} is not declared` })
      }
    } else if (reading.open && isUserChain(text, start, end)) {
      // Half of a large dump: without a detour.
      run = undefined
      const why = addChain(reading.open.table, lazyChain(reading.open.rules, chainName(text, start + 1, end), line))
      if (why) reading.unread.push({ line, text: lineText(text, start, end), why })
    } else {
      run = undefined
      const raw = lineText(text, start, end)
      const why = readOther(reading, raw, line)
      if (why) reading.unread.push({ line, text: raw, why })
    }
    start = end + 1
  }
  closeTable(reading)
  return { tables: [...reading.tables.values()], unread: reading.unread }
}
