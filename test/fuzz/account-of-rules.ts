import type { IpsetDump, NamedSet, RuleSet } from '../../src/parse/rule.ts'

/** nft objects without effect on a packet's fate, or looked up only where a rule names them. */
const IDLE = new Set([
  'metainfo',
  'table',
  'counter',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'synproxy',
  'tunnel',
  'limit',
  'quota',
  'flowtable',
])

/** Lines that stand for themselves: comments, table and end marks of iptables-save, idle nft objects. */
function isPlain(line: string): boolean {
  if (/^(#|\*|COMMIT$)/.test(line)) return true
  try {
    return IDLE.has(Object.keys(JSON.parse(line) as object)[0] ?? '')
  } catch {
    return false
  }
}

/**
 * Holds a rule parser to its promise: reading all of it (rules and elements are read late) throws nothing, each rule carries the
 * line that it says, and no line gets lost. Gives what is wrong, '' for nothing.
 */
export function accountOfRules(text: string, ruleSet: RuleSet): string {
  const lines = linesOf(text)
  const found = new Set<number>(ruleSet.unread.map((u) => u.line))
  for (const table of ruleSet.tables) {
    for (const set of table.sets.values()) addSet(set, found)
    for (const chain of table.chains.values()) {
      found.add(chain.line)
      for (const rule of chain.rules) {
        found.add(rule.line)
        if (lines[rule.line - 1] !== rule.raw && !oneLine(text))
          return `a rule says line ${rule.line}, but other text stands there`
        if (rule.statements.some((s) => typeof s.do !== 'string'))
          return `rule on line ${rule.line} has a statement of no kind`
      }
    }
  }
  // What is declared twice starts empty: the lines of the first are rightly gone.
  if (oneLine(text) || ruleSet.unread.some((u) => u.why.includes('twice'))) return ''
  return lost(lines, found, isPlain)
}

/** The same for `ipset save`; of a set created twice the first is rightly gone, and the parser says so. */
export function accountOfIpset(text: string, dump: IpsetDump): string {
  const found = new Set<number>(dump.unread.map((u) => u.line))
  for (const set of dump.sets.values()) addSet(set, found)
  if (dump.unread.some((u) => u.why.includes('twice'))) return ''
  return lost(linesOf(text), found, (line) => /^\s*#/.test(line))
}

function addSet(set: NamedSet, found: Set<number>): void {
  found.add(set.line)
  for (const element of set.elements) if (element.line !== undefined) found.add(element.line)
}

function lost(lines: string[], found: Set<number>, plain: (line: string) => boolean): string {
  const line = lines.findIndex((raw, index) => raw.trim() !== '' && !found.has(index + 1) && !plain(raw))
  return line < 0 ? '' : `line ${line + 1} is lost: ${lines[line]!.slice(0, 80)}`
}

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
}

/** The whole of nft's output on one line. */
function oneLine(text: string): boolean {
  return /^\s*\{\s*"nftables"/.test(text)
}
