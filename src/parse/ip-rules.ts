import type { Family } from '../model.ts'
import { canonicalCidr, familyOf } from '../net.ts'
import type { IpRule, Read } from './host.ts'
import type { LineReading, Parsed } from './lines.ts'
import { type Fields, readObjects } from './objects.ts'

const ACTIONS: readonly string[] = ['blackhole', 'unreachable', 'prohibit'] satisfies NonNullable<IpRule['action']>[]

/** Properties read here, and those that do not change what the rule does (`protocol`: who added it; `flow_to`: a realm). */
const KNOWN = new Set([
  'priority',
  'not',
  'src',
  'srclen',
  'dst',
  'dstlen',
  'fwmark',
  'fwmask',
  'iif',
  'iif_detached',
  'oif',
  'oif_detached',
  'table',
  'action',
  'goto',
  'unresolved',
  'nop',
  'suppress_prefixlen',
  'protocol',
  'flow_to',
  'flow_from',
])

/** Reads `ip -j rule` or `ip -6 -j rule`; `family` is that of the question (a rule need not carry an address). */
export function parseIpRules(text: string, family: Family): Parsed<IpRule> {
  return readObjects(text, (o, at) => ruleOf(o, at, family))
}

function ruleOf(o: Fields, at: Read, asked: Family): LineReading<IpRule> {
  const priority = o.whole('priority')
  if (priority === undefined) return 'a rule without priority'
  const family = familyOf(o.text('src') ?? '') ?? familyOf(o.text('dst') ?? '') ?? asked
  const rule: IpRule = { ...at, family, priority, unread: o.keys.filter((key) => !KNOWN.has(key)) }
  const from = selector(o, 'src', 'srclen', rule)
  const to = selector(o, 'dst', 'dstlen', rule)
  const iif = o.text('iif')
  const oif = o.text('oif')
  const table = o.text('table')
  if (from !== undefined) rule.from = from
  if (to !== undefined) rule.to = to
  if (iif !== undefined) rule.iif = iif
  if (oif !== undefined) rule.oif = oif
  if (table !== undefined) rule.table = table
  if (o.has('not')) rule.not = true
  if (o.has('fwmark')) {
    const value = o.whole('fwmark')
    if (value === undefined) rule.unread.push('fwmark')
    else rule.mark = { value, mask: o.whole('fwmask') ?? 0xffffffff }
  }
  const suppress = o.whole('suppress_prefixlen')
  if (suppress !== undefined) rule.suppressPrefixLength = suppress
  readAction(o, rule)
  return [rule]
}

function readAction(o: Fields, rule: IpRule): void {
  const action = o.text('action')
  if (action !== undefined && ACTIONS.includes(action)) rule.action = action as NonNullable<IpRule['action']>
  else if (action !== undefined) rule.unread.push('action')
  if (o.has('nop')) rule.action = 'nop'
  if (!o.has('goto')) return
  rule.action = 'goto'
  const target = o.whole('goto')
  if (target === undefined) rule.unread.push('goto')
  else rule.goto = target
}

/** CIDR of `src`/`dst` with its length; nothing for `all`. */
function selector(o: Fields, key: string, length: string, rule: IpRule): string | undefined {
  const text = o.text(key)
  if (text === undefined || text === 'all') return undefined
  const bits = o.whole(length)
  const cidr = canonicalCidr(bits === undefined || text.includes('/') ? text : `${text}/${bits}`)
  if (cidr === undefined) rule.unread.push(key)
  return cidr
}
