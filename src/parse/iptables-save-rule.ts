import { familyOf } from '../net.ts'
import { readMatch } from './iptables-save-matches.ts'
import { quoteEnd, unquote } from './iptables-save-options.ts'
import { readTarget } from './iptables-save-targets.ts'
import { readAddress, readProtocol } from './iptables-save-values.ts'
import type { Chain, Rule, Statement } from './rule.ts'
import { matchOf, operand } from './rule-statements.ts'

/** What reading a rule needs to know of the dump and of its table. */
export interface TableContext {
  /** The whole dump: rules are read in place, since a character of a part costs several times one of the whole. */
  text: string
  family: 'ip' | 'ip6'
  chains: ReadonlyMap<string, Chain>
  /** Jumps by chain, and statements by text: most of either occur again and again. */
  jumps: Map<string, Statement>
  seen: Map<string, Statement[]>
}

/** More different texts than this do not repeat often enough to be worth keeping. */
const MOST_SEEN = 2000

const SPACE = 32
const EXCLAMATION = 33
const QUOTE = 34
const DASH = 45
const BRACKET = 91
const LOWER_G = 103
const LOWER_J = 106
const LOWER_M = 109

/** Where the section that `at` is in ends: at the next ` -m `, ` -j ` or ` -g ` outside of quotes, or at `end`. */
function sectionEnd(text: string, at: number, end: number): number {
  for (let i = at; i < end; i++) {
    const code = text.charCodeAt(i)
    if (code > DASH) continue
    if (code === QUOTE) {
      i = quoteEnd(text, i) - 1
    } else if (code === DASH && text.charCodeAt(i - 1) === SPACE && text.charCodeAt(i + 2) === SPACE) {
      const letter = text.charCodeAt(i + 1)
      if (letter === LOWER_M || letter === LOWER_J || letter === LOWER_G) return i
    }
  }
  return end
}

/** Where the word at `at` ends. */
function wordEnd(text: string, at: number, end: number): number {
  if (text.charCodeAt(at) === QUOTE) return Math.min(quoteEnd(text, at), end)
  const space = text.indexOf(' ', at)
  return space < 0 || space > end ? end : space
}

const source = operand('saddr')
const destination = operand('daddr')

function headOption(letter: string, value: string, not: boolean, family: 'ip' | 'ip6'): Statement | undefined {
  if (letter === 's' || letter === 'd') {
    const left = letter === 's' ? source : destination
    const address = readAddress(value, family)
    if (address) return matchOf(left, [address], not)
    // A netmask that is no prefix: 10.0.0.1/255.0.0.255.
    const [base = '', by = ''] = value.split('/')
    if (!familyOf(base) || !familyOf(by)) return undefined
    return matchOf({ masked: left, by: { address: by } }, [{ address: base }], not)
  }
  if (letter === 'i' || letter === 'o') {
    return matchOf(letter === 'i' ? 'iifname' : 'oifname', [{ text: unquote(value) }], not)
  }
  const protocol = letter === 'p' ? readProtocol(value) : undefined
  return protocol === undefined ? undefined : matchOf('l4proto', [{ text: protocol }], not)
}

/** The head behind the chain's name: `! -s 10.0.0.0/8 -d … -i … -o … -p … -f`. */
function readHead(start: number, end: number, context: TableContext, into: Statement[]): void {
  const { text, seen, family } = context
  let at = start
  while (at < end) {
    const optionStart = at
    const not = text.charCodeAt(at) === EXCLAMATION
    if (not) at += 2
    const letter = text.charAt(at + 1)
    const optionEnd = wordEnd(text, at, end)
    const isShort = optionEnd === at + 2 && text.charCodeAt(at) === DASH
    const isFragment = isShort && letter === 'f'
    const valueEnd = isFragment ? optionEnd : wordEnd(text, optionEnd + 1, end)
    const isAddress = letter === 's' || letter === 'd'
    // Addresses hardly repeat, the rest does.
    const key = text.slice(optionStart, valueEnd)
    let statement = isAddress ? undefined : seen.get(key)?.[0]
    if (!statement) {
      const value = text.slice(optionEnd + 1, valueEnd)
      if (isFragment) statement = matchOf('exthdr', [{ bits: ['fragment'] }], not)
      else if (isShort && value !== '') statement = headOption(letter, value, not, family)
      statement ??= { do: 'unread', text: key }
      if (!isAddress && seen.size < MOST_SEEN) seen.set(key, [statement])
    }
    into.push(statement)
    at = valueEnd + 1
  }
}

/** `-j CHAIN` or `-g CHAIN`; undefined where the name is no chain of the table. */
function readJump(letter: number, name: string, { chains, jumps }: TableContext): Statement | undefined {
  const known = letter === LOWER_J ? jumps.get(name) : undefined
  if (known) return known
  // The chain's own text for its name: one string for all that jump there.
  const chain = chains.get(name)?.name
  if (chain === undefined) return undefined
  if (letter === LOWER_G) return { do: 'verdict', verdict: { verdict: 'goto', chain } }
  const jump: Statement = { do: 'verdict', verdict: { verdict: 'jump', chain } }
  if (jumps.size < MOST_SEEN) jumps.set(chain, jump)
  return jump
}

/** A section from its dash on: `-m NAME …`, `-j NAME …` or `-g NAME`. */
function readSection(start: number, end: number, context: TableContext, into: Statement[]): void {
  const { text, seen, family } = context
  const letter = text.charCodeAt(start + 1)
  const nameEnd = wordEnd(text, start + 3, end)
  const name = text.slice(start + 3, nameEnd)
  const jump = letter === LOWER_M ? undefined : readJump(letter, unquote(name), context)
  if (jump) {
    into.push(jump)
    return
  }
  // Every DNAT is another one.
  const mayRepeat = name !== 'DNAT'
  const key = text.slice(start, end)
  let found = mayRepeat ? seen.get(key) : undefined
  if (!found) {
    const options = text.slice(nameEnd + 1, end)
    if (letter === LOWER_M) found = readMatch(name, options, family)
    else if (letter === LOWER_J) found = readTarget(name, options, family)
    else found = [{ do: 'unread', text: key }]
    if (mayRepeat && seen.size < MOST_SEEN) seen.set(key, found)
  }
  for (const statement of found) into.push(statement)
}

interface Counted {
  start: number
  counters?: { packets: number; bytes: number }
}

/** `[packets:bytes] ` before a rule, and where the rule itself starts. */
function readCounters(text: string, start: number, end: number): Counted {
  if (text.charCodeAt(start) !== BRACKET) return { start }
  const close = text.indexOf('] ', start)
  if (close < 0 || close > end) return { start }
  const colon = text.indexOf(':', start)
  const packets = Number(text.slice(start + 1, colon))
  const bytes = Number(text.slice(colon + 1, close))
  const isRead = colon < close && Number.isInteger(packets) && Number.isInteger(bytes)
  return isRead ? { start: close + 2, counters: { packets, bytes } } : { start: close + 2 }
}

const commentStart = '-m comment --comment '

/** Statements of the rule that is being read; copied at the end, so that each rule's array is no larger than it must be. */
const scratch: Statement[] = []

/**
 * One `-A` line (with or without counters) of the chain `chain`, between two offsets of the dump. Parts that are not known stay in
 * their place as `unread`.
 */
export function readRule(lineStart: number, end: number, line: number, chain: string, context: TableContext): Rule {
  const { text } = context
  const raw = text.slice(lineStart, end)
  const { start, counters } = readCounters(text, lineStart, end)
  scratch.length = 0
  let comment: string | undefined
  const headStart = start + 4 + chain.length
  let at = sectionEnd(text, Math.min(headStart, end), end)
  if (at > headStart) readHead(headStart, at < end ? at - 1 : at, context, scratch)
  while (at < end) {
    const next = sectionEnd(text, at + 3, end)
    const last = next < end ? next - 1 : end
    if (text.startsWith(commentStart, at)) comment = unquote(text.slice(at + commentStart.length, last))
    else readSection(at, last, context, scratch)
    at = next
  }
  const statements = scratch.slice()
  // Written at once: a property that is added later costs each rule an array of its own.
  if (counters) {
    return comment === undefined ? { raw, line, statements, counters } : { raw, line, statements, counters, comment }
  }
  return comment === undefined ? { raw, line, statements } : { raw, line, statements, comment }
}
