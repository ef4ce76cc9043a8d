import { basesOf } from './iptables-save-bases.ts'
import type { TableContext } from './iptables-save-rule.ts'
import { readRule } from './iptables-save-rule.ts'
import type { Chain, RuleSet, Table, Unread } from './rule.ts'
import type { Run } from './rule-runs.ts'
import { lazyChain, lineText } from './rule-runs.ts'

export interface IptablesSource {
  family: 'ip' | 'ip6'
  backend: 'iptables-nft' | 'iptables-legacy'
  /** Bundle path of the text. */
  path: string
}

/**
 * Reads `iptables-save`, with or without `-c`; lines from 1. Rules are parsed when a chain's `rules` are first read.
 * As iptables-restore does, a table or chain that is declared again starts empty. A table that the tool calls incompatible, one
 * without COMMIT (a dump cut off) and every line of no known form is listed as unread.
 */
export function parseIptablesSave(text: string, source: IptablesSource): RuleSet {
  const tables = new Map<string, Table>()
  const unread: Unread[] = []
  let table: Table | undefined
  let tableLine = 0
  let context: TableContext = { family: source.family, hasChain: () => false, seen: new Map() }
  let runs = new Map<string, Run[]>()
  let prefix = ''
  let run: Run | undefined

  const cutOff = () => {
    if (table) unread.push({ line: tableLine, text: `*${table.name}`, why: 'the table ends without COMMIT: cut off' })
    table = undefined
  }

  let line = 0
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline < 0 ? text.length : newline
    line++
    // With -c the counters stand before -A.
    const ruleStart = text.charCodeAt(start) === 91 /* [ */ ? text.indexOf(']', start) + 2 : start
    if (run && run.end === start && text.startsWith(prefix, ruleStart) && ruleStart + prefix.length <= end + 1) {
      run.end = end + 1
    } else if (table && ruleStart + 3 < end && text.startsWith('-A ', ruleStart)) {
      const raw = lineText(text, ruleStart + 3, end)
      const name = raw.slice(0, raw.indexOf(' ') < 0 ? undefined : raw.indexOf(' '))
      const of = runs.get(name)
      if (of) {
        run = { start, end: end + 1, line }
        of.push(run)
        prefix = `-A ${name} `
      } else {
        unread.push({ line, text: lineText(text, start, end), why: `chain ${name} is not declared` })
      }
    } else {
      run = undefined
      const raw = lineText(text, start, end)
      const first = raw.charAt(0)
      if (first === '*') {
        cutOff()
        const name = raw.slice(1).trim()
        if (tables.has(name))
          unread.push({ line, text: raw, why: `table ${name} is listed twice: the later one counts` })
        const chains = new Map<string, Chain>()
        table = { family: source.family, name, backend: source.backend, chains, sets: new Map(), path: source.path }
        tables.set(name, table)
        tableLine = line
        runs = new Map()
        context = { family: source.family, hasChain: (chain) => chains.has(chain), seen: new Map() }
      } else if (first === ':' && table) {
        const declared = /^:(\S+) (\S+)(?: \[(\d+):(\d+)\])?\s*$/.exec(raw)
        const [, name = '', policy = '', packets, bytes] = declared ?? []
        const base = basesOf(table.name, name)
        if (!declared || !(policy === '-' || (base && (policy === 'ACCEPT' || policy === 'DROP')))) {
          unread.push({ line, text: raw, why: 'no chain of a known hook' })
        } else {
          if (runs.has(name))
            unread.push({ line, text: raw, why: `chain ${name} is declared twice: it starts empty here` })
          const ownRuns: Run[] = []
          runs.set(name, ownRuns)
          const own = context
          const chain = lazyChain(text, name, line, ownRuns, (raw, at) => readRule(raw, at, name, own))
          if (policy !== '-' && base) {
            const counters = packets && bytes ? { packets: Number(packets), bytes: Number(bytes) } : undefined
            chain.base = {
              ...base,
              policy: policy === 'DROP' ? 'drop' : 'accept',
              ...(counters && { policyCounters: counters }),
            }
          }
          table.chains.set(name, chain)
        }
      } else if (raw === 'COMMIT') {
        table = undefined
      } else if (/^# Table `?(\S+?)'? is incompatible/.test(raw)) {
        const name = /^# Table `?(\S+?)'? is/.exec(raw)?.[1]
        unread.push({ line, text: raw, why: `table ${name} holds what iptables cannot print: read it with nft` })
      } else if (first !== '#' && raw.trim() !== '') {
        unread.push({ line, text: raw, why: table ? 'no line that iptables-save prints' : 'outside of a table' })
      }
    }
    start = end + 1
  }
  cutOff()
  return { tables: [...tables.values()], unread }
}
