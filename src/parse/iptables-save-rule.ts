import { readMatch } from './iptables-save-matches.ts'
import { quoteEnd, unquote, words } from './iptables-save-options.ts'
import { readTarget } from './iptables-save-targets.ts'
import { readAddress, readProtocol } from './iptables-save-values.ts'
import type { Rule, Statement } from './rule.ts'
import { matchOf } from './rule-statements.ts'

/** What reading a rule needs to know of its table. `seen` keeps statements of texts that occur again and again. */
export interface TableContext {
  family: 'ip' | 'ip6'
  hasChain(name: string): boolean
  seen: Map<string, Statement[]>
}

/** More different texts than this do not repeat often enough to be worth keeping. */
const MOST_SEEN = 20_000

const SPACE = 32
const QUOTE = 34
const DASH = 45
const BRACKET = 91

/** A part of a rule: `start` is behind the letter's space. Letter 'A' is the head (`-A CHAIN -s … -p …`). */
function sectionEnd(raw: string, start: number): number {
  let i = start
  while (i < raw.length) {
    const code = raw.charCodeAt(i)
    if (code === QUOTE) i = quoteEnd(raw, i)
    else if (code === DASH && raw.charCodeAt(i + 2) === SPACE && 'mjg'.includes(raw.charAt(i + 1))) return i
    const space = raw.indexOf(' ', i)
    if (space < 0) return raw.length
    i = space + 1
  }
  return raw.length
}

function headOption(letter: string, value: string, not: boolean, family: 'ip' | 'ip6'): Statement | undefined {
  if (letter === 's' || letter === 'd') {
    const address = readAddress(value, family)
    return address && matchOf(letter === 's' ? 'saddr' : 'daddr', [address], not)
  }
  if (letter === 'i' || letter === 'o') {
    return matchOf(letter === 'i' ? 'iifname' : 'oifname', [{ text: unquote(value) }], not)
  }
  const text = letter === 'p' ? readProtocol(value) : undefined
  return text === undefined ? undefined : matchOf('l4proto', [{ text }], not)
}

/** The head behind the chain's name: `! -s 10.0.0.0/8 -d … -i … -o … -p … -f`. */
function readHead(text: string, context: TableContext, into: Statement[]): void {
  const found = words(text)
  for (let i = 0; i < found.length; i++) {
    const not = found[i] === '!'
    if (not) i++
    const option = found[i] ?? ''
    if (option === '-f' || option === '--fragment') {
      into.push(matchOf('exthdr', [{ bits: ['fragment'] }], not))
      continue
    }
    const value = found[++i]
    const key = `${not ? '! ' : ''}${option} ${value ?? ''}`
    let statement = context.seen.get(key)?.[0]
    if (!statement) {
      const letter = /^-[sdiop]$/.test(option) ? option.charAt(1) : ''
      statement = (value !== undefined && headOption(letter, value, not, context.family)) || {
        do: 'unread',
        text: key,
      }
      if (context.seen.size < MOST_SEEN) context.seen.set(key, [statement])
    }
    into.push(statement)
  }
}

const jump = (letter: string, chain: string): Statement[] => [
  { do: 'verdict', verdict: letter === 'g' ? { verdict: 'goto', chain } : { verdict: 'jump', chain } },
]

function readSection(raw: string, start: number, end: number, context: TableContext): Statement[] {
  const letter = raw.charAt(start + 1)
  const nameEnd = raw.indexOf(' ', start + 3)
  const name = raw.slice(start + 3, nameEnd < 0 || nameEnd > end ? end : nameEnd)
  const text = nameEnd < 0 || nameEnd > end ? '' : raw.slice(nameEnd + 1, end)
  if (letter === 'm') return readMatch(name, text, context.family)
  if (context.hasChain(unquote(name))) return jump(letter, unquote(name))
  if (letter === 'g') return [{ do: 'unread', text: `-g ${name}` }]
  return readTarget(name, text, context.family)
}

/** `[packets:bytes] ` before a rule, and where the rule itself starts. */
function readCounters(raw: string): { start: number; counters?: { packets: number; bytes: number } } {
  if (raw.charCodeAt(0) !== BRACKET) return { start: 0 }
  const close = raw.indexOf('] ')
  const [packets, bytes] = raw.slice(1, close).split(':').map(Number)
  if (close < 0 || !Number.isInteger(packets) || !Number.isInteger(bytes)) return { start: Math.max(close + 2, 0) }
  return { start: close + 2, counters: { packets: packets as number, bytes: bytes as number } }
}

const commentStart = '-m comment --comment '

/** One `-A` line (with or without counters) of the chain `chain`. Parts that are not known stay in their place as `unread`. */
export function readRule(raw: string, line: number, chain: string, context: TableContext): Rule {
  const { start, counters } = readCounters(raw)
  const statements: Statement[] = []
  const rule: Rule = { raw, line, statements }
  if (counters) rule.counters = counters
  const headStart = start + 4 + chain.length
  let at = sectionEnd(raw, headStart)
  if (at > headStart) readHead(raw.slice(headStart, at), context, statements)
  while (at < raw.length) {
    const end = sectionEnd(raw, at + 3)
    const textEnd = end < raw.length ? end - 1 : end
    if (raw.startsWith(commentStart, at)) {
      rule.comment = unquote(raw.slice(at + commentStart.length, textEnd))
    } else {
      const key = raw.slice(at, textEnd)
      let found = context.seen.get(key)
      if (!found) {
        found = readSection(raw, at, textEnd, context)
        if (context.seen.size < MOST_SEEN) context.seen.set(key, found)
      }
      for (const statement of found) statements.push(statement)
    }
    at = end
  }
  return rule
}
