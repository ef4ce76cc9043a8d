/** iptables matches that look at the connection, marks, IPVS or a set. */
import type { MatchReader } from './iptables-save-matches.ts'
import type { Option } from './iptables-save-options.ts'
import { readAddress, readMasked, readNumber, readProtocol, readRange } from './iptables-save-values.ts'
import type { Field, Literal, Operand, Statement } from './rule.ts'
import { matchOf } from './rule-statements.ts'

const stateWords = new Set(['new', 'established', 'related', 'invalid', 'untracked', 'snat', 'dnat'])
const statusWords = new Map([
  ['EXPECTED', 'expected'],
  ['SEEN_REPLY', 'seen-reply'],
  ['ASSURED', 'assured'],
  ['CONFIRMED', 'confirmed'],
])

const bitsMatch = (field: Field, words: (string | undefined)[], not: boolean): Statement | undefined =>
  words.every((word) => word !== undefined) ? matchOf(field, [{ bits: words as string[] }], not) : undefined

function state(option: Option): Statement | undefined {
  const words = (option.args[0] ?? '').toLowerCase().split(',')
  return bitsMatch(
    'ct.state',
    words.map((word) => (stateWords.has(word) ? word : undefined)),
    option.not,
  )
}

const tupleFields = new Map<string, Field>([
  ['ctorigsrc', 'ct.orig.saddr'],
  ['ctorigdst', 'ct.orig.daddr'],
  ['ctreplsrc', 'ct.repl.saddr'],
  ['ctrepldst', 'ct.repl.daddr'],
  ['ctorigsrcport', 'ct.orig.sport'],
  ['ctorigdstport', 'ct.orig.dport'],
  ['ctreplsrcport', 'ct.repl.sport'],
  ['ctrepldstport', 'ct.repl.dport'],
])

function conntrackOption(option: Option, family: 'ip' | 'ip6'): Statement | undefined {
  const [value = '', more] = option.args
  if (more !== undefined) return undefined
  if (option.name === 'ctstate') return state(option)
  if (option.name === 'ctstatus') {
    const words = value.split(',').map((word) => statusWords.get(word))
    return bitsMatch('ct.status', words, option.not)
  }
  if (option.name === 'ctdir') {
    const text = value.toLowerCase()
    return ['original', 'reply'].includes(text) ? matchOf('ct.direction', [{ text }], option.not) : undefined
  }
  if (option.name === 'ctproto') {
    const text = readProtocol(value)
    return text ? matchOf('ct.proto', [{ text }], option.not) : undefined
  }
  const field = tupleFields.get(option.name)
  const right = option.name.endsWith('port') ? readRange(value) : readAddress(value, family)
  return field && right ? matchOf(field, [right], option.not) : undefined
}

function all(options: Option[], read: (option: Option) => Statement | undefined): Statement[] | undefined {
  const statements = options.map(read)
  return statements.length > 0 && statements.every((statement) => statement !== undefined) ? statements : undefined
}

const conntrack: MatchReader = (options, family) => all(options, (option) => conntrackOption(option, family))

const stateMatch: MatchReader = (options) =>
  all(options, (option) => (option.name === 'state' ? state(option) : undefined))

const masked =
  (field: 'mark' | 'ct.mark'): MatchReader =>
  (options) =>
    all(options, (option) => {
      const read = option.name === 'mark' ? readMasked(option.args[0]) : undefined
      if (!read) return undefined
      const left: Operand = read.mask === 0xffffffff ? { field } : { field, mask: read.mask }
      return matchOf(left, [{ number: read.value }], option.not)
    })

const set: MatchReader = (options) => {
  const [match] = options.filter((option) => option.name === 'match-set')
  const harmless = ['match-set', 'return-nomatch', 'update-counters', 'update-subcounters']
  if (!match || !options.every((option) => harmless.includes(option.name))) return undefined
  const [name, dirText = ''] = match.args
  const dirs = dirText.split(',').filter((dir) => dir === 'src' || dir === 'dst')
  if (!name || dirs.length !== dirText.split(',').length || options.some((o) => o.name === match.name && o !== match))
    return undefined
  const returnNomatch = options.some((option) => option.name === 'return-nomatch' && !option.not)
  return [
    {
      do: 'match',
      left: { concat: [] },
      op: match.not ? '!=' : '==',
      right: { ipset: name, dirs, ...(returnNomatch ? { returnNomatch } : {}) },
    },
  ]
}

function ipvsOption(option: Option, family: 'ip' | 'ip6'): Statement | undefined {
  const [value = ''] = option.args
  let right: Literal | undefined
  if (option.name === 'ipvs') return matchOf('ipvs', [{ text: 'yes' }], option.not)
  if (option.name === 'vaddr') right = readAddress(value, family)
  if (option.name === 'vport') right = readRange(value)
  if (option.name === 'vproto') {
    const text = readProtocol(value)
    if (text) right = { text }
  }
  return right && matchOf(`ipvs.${option.name}` as 'ipvs.vaddr', [right], option.not)
}

const ipvs: MatchReader = (options, family) => all(options, (option) => ipvsOption(option, family))

const stateful = (what: string, likely: boolean): Statement[] => [{ do: 'stateful', what, likely }]

/** Rate limits and counters: the answer for a lone first packet is known, that for one of many is not. */
const limits: MatchReader = (options) => {
  const names = options.map((option) => option.name)
  const text = options.map((option) => [`--${option.name}`, ...option.args].join(' ')).join(' ')
  if (names.includes('hashlimit-above') || names.includes('connlimit-above')) {
    const above = options.find((option) => option.name.endsWith('-above'))
    return stateful(text, above?.not === true)
  }
  return stateful(text, !options.some((option) => option.not))
}

/** `--set` remembers the address and always passes; the others ask whether it was seen before. xt_recent(8). */
const recent: MatchReader = (options) => {
  const action = options.find((option) => ['rcheck', 'update', 'remove', 'set'].includes(option.name))
  if (!action) return undefined
  const name = options.find((option) => option.name === 'name')?.args[0] ?? 'DEFAULT'
  const what = `recent --${action.name} ${name}`
  if (action.name === 'set') return action.not ? stateful(what, false) : [{ do: 'nothing', what }]
  return stateful(what, action.not)
}

const statistic: MatchReader = (options) => {
  const value = (name: string) => options.find((option) => option.name === name)
  const [mode] = value('mode')?.args ?? []
  const random = value('probability')
  const every = value('every')
  const not = (random ?? every)?.not === true
  const share = mode === 'random' ? Number(random?.args[0] ?? Number.NaN) : 1 / Number(every?.args[0] ?? Number.NaN)
  if (!(share >= 0 && share <= 1)) return undefined
  return [{ do: 'chance', probability: not ? 1 - share : share }]
}

/** A first packet has passed 1 packet and few bytes; with a lower bound above that the match fails for it. xt_connbytes(8). */
const connbytes: MatchReader = (options) => {
  const bounds = options.find((option) => option.name === 'connbytes')
  const lowest = readNumber((bounds?.args[0] ?? '').split(':')[0])
  if (!bounds || lowest === undefined) return undefined
  return stateful(`connbytes ${bounds.args[0]}`, lowest <= 1 !== bounds.not)
}

export const connectionMatches: [string, MatchReader][] = [
  ['conntrack', conntrack],
  ['state', stateMatch],
  ['mark', masked('mark')],
  ['connmark', masked('ct.mark')],
  ['set', set],
  ['ipvs', ipvs],
  ['recent', recent],
  ['statistic', statistic],
  ['limit', limits],
  ['hashlimit', limits],
  ['connlimit', limits],
  ['quota', limits],
  ['connbytes', connbytes],
]
