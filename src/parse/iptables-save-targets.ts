import type { Option } from './iptables-save-options.ts'
import { readOptions } from './iptables-save-options.ts'
import { readMasked, readNumber, readRange } from './iptables-save-values.ts'
import type { NatTarget, Operand, Statement } from './rule.ts'

type TargetReader = (options: Option[]) => Statement[] | undefined

const value = (options: Option[], name: string) => options.find((option) => option.name === name)?.args[0]
const has = (options: Option[], name: string) => options.some((option) => option.name === name)
const onlyThese = (options: Option[], names: string[]) =>
  options.every((option) => names.includes(option.name) && !option.not)

const verdict =
  (word: 'accept' | 'drop' | 'return'): TargetReader =>
  (options) =>
    options.length === 0 ? [{ do: 'verdict', verdict: { verdict: word } }] : undefined

/** `10.0.0.1`, `10.0.0.1-10.0.0.9:80-90`, `:8080`, `[fd00::1]:80`. Shifted port ranges (`80-90/8080`) are not read. */
function readNatTarget(text: string): NatTarget | undefined {
  const bracket = /^\[([0-9a-fA-F:.-]+)\](?::([\d-]+))?$/.exec(text)
  const plain = bracket ?? /^([\d.-]*):([\d-]+)$/.exec(text) ?? /^([0-9a-fA-F:.-]+)$/.exec(text)
  if (!plain) return undefined
  const [, addresses = '', ports] = plain
  const target: NatTarget = {}
  if (addresses !== '') {
    const [from, to, more] = addresses.split('-')
    if (!from || to === '' || more !== undefined) return undefined
    const address: Operand = { literal: to === undefined || to === from ? { address: from } : { range: [from, to] } }
    target.address = address
  }
  if (ports !== undefined) {
    const range = readRange(ports, '-')
    if (!range) return undefined
    target.port = { literal: range }
  }
  return target
}

/** NF_NAT_RANGE_PROTO_RANDOM_ALL: either way the kernel draws the source port. */
const isRandom = (options: Option[]) => has(options, 'random') || has(options, 'random-fully')

/** DNAT and SNAT. `--persistent` chooses among what the target allows and needs no word. */
const nat =
  (kind: 'dnat' | 'snat', option: string): TargetReader =>
  (options) => {
    const text = value(options, option)
    if (text === undefined || !onlyThese(options, [option, 'random', 'random-fully', 'persistent'])) return undefined
    if (options.filter((o) => o.name === option).length > 1) return undefined
    const to = readNatTarget(text)
    if (!to) return undefined
    return kind === 'snat' && isRandom(options) ? [{ do: kind, to, random: true }] : [{ do: kind, to }]
  }

const redirect: TargetReader = (options) => {
  if (!onlyThese(options, ['to-ports', 'random'])) return undefined
  const text = value(options, 'to-ports')
  const range = readRange(text, '-')
  if (text === undefined) return [{ do: 'redirect', to: {} }]
  return range && [{ do: 'redirect', to: { port: { literal: range } } }]
}

const masquerade: TargetReader = (options) => {
  if (!onlyThese(options, ['random', 'random-fully', 'to-ports'])) return undefined
  const text = value(options, 'to-ports')
  const range = readRange(text, '-')
  if (text !== undefined && !range) return undefined
  const to: NatTarget = range ? { port: { literal: range } } : {}
  return isRandom(options) ? [{ do: 'masquerade', to, random: true }] : [{ do: 'masquerade', to }]
}

/** --set-xmark v/m zeroes m and xors v; --set-mark v/m zeroes m and ors v; the others are written in these terms. xt_MARK(8). */
function readMark(options: Option[]): { clear: number; set: number } | undefined {
  const [option, more] = options
  const read = readMasked(option?.args[0])
  if (!option || more || option.not || !read) return undefined
  const { value: bits, mask } = read
  if (option.name === 'set-xmark') return { clear: mask, set: bits }
  if (option.name === 'set-mark') return { clear: (bits | mask) >>> 0, set: bits }
  if (option.name === 'and-mark') return { clear: ~bits >>> 0, set: 0 }
  if (option.name === 'or-mark') return { clear: bits, set: bits }
  if (option.name === 'xor-mark') return { clear: 0, set: bits }
  return undefined
}

const mark: TargetReader = (options) => {
  const change = readMark(options)
  return change && [{ do: 'mark', ...change }]
}

const connmark: TargetReader = (options) => {
  const change = readMark(options)
  if (change) return [{ do: 'ct-mark', ...change }]
  if (!onlyThese(options, ['save-mark', 'restore-mark', 'nfmask', 'ctmask', 'mask'])) return undefined
  const both = value(options, 'mask') ?? '0xffffffff'
  const nfmask = readNumber(value(options, 'nfmask') ?? both)
  const ctmask = readNumber(value(options, 'ctmask') ?? both)
  if (nfmask === undefined || ctmask === undefined || has(options, 'save-mark') === has(options, 'restore-mark'))
    return undefined
  return [{ do: has(options, 'save-mark') ? 'save-mark' : 'restore-mark', nfmask, ctmask }]
}

/** A zone would give the packet a connection table of its own: unread. */
const ct: TargetReader = (options) => {
  if (onlyThese(options, ['notrack'])) return options.length === 1 ? [{ do: 'notrack' }] : undefined
  return onlyThese(options, ['helper', 'timeout', 'ctevents', 'expevents'])
    ? [{ do: 'nothing', what: 'CT' }]
    : undefined
}

const reject =
  (family: 'ip' | 'ip6'): TargetReader =>
  (options) => {
    if (!onlyThese(options, ['reject-with'])) return undefined
    const kind = value(options, 'reject-with') ?? (family === 'ip' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable')
    return [{ do: 'reject', with: kind.replace('icmp6-adm-', 'icmp6-admin-') }]
  }

/** A TTL that lasts for the hops of a cluster has no effect on the fate: packets start with 64. */
const ttl: TargetReader = (options) => {
  const [option] = options
  const number = readNumber(option?.args[0]) ?? 0
  const action = option?.name.replace(/^(ttl|hl)-/, '')
  const lasts = action === 'inc' || (action === 'set' && number > 8) || (action === 'dec' && number < 32)
  return option && lasts ? [{ do: 'nothing', what: `${option.name} ${number}` }] : undefined
}

const queue: TargetReader = (options) => [
  { do: 'verdict', verdict: { verdict: 'queue', bypass: has(options, 'queue-bypass') } },
]

const readers = new Map<string, TargetReader>([
  ['ACCEPT', verdict('accept')],
  ['DROP', verdict('drop')],
  ['RETURN', verdict('return')],
  ['DNAT', nat('dnat', 'to-destination')],
  ['SNAT', nat('snat', 'to-source')],
  ['REDIRECT', redirect],
  ['MASQUERADE', masquerade],
  ['MARK', mark],
  ['CONNMARK', connmark],
  ['CT', ct],
  ['NOTRACK', () => [{ do: 'notrack' }]],
  ['TTL', ttl],
  ['HL', ttl],
  ['QUEUE', queue],
  ['NFQUEUE', queue],
])

/** Targets that neither stop a packet nor change what later rules or routing look at. SET only writes a set for later packets. */
const harmless = new Set(
  'LOG NFLOG ULOG TCPMSS TCPOPTSTRIP CHECKSUM AUDIT TRACE TEE CLASSIFY DSCP TOS ECN IDLETIMER LED RATEEST SET SECMARK CONNSECMARK'.split(
    ' ',
  ),
)

/** `--to-destination 10.244.1.11:8080`: one for each endpoint of a cluster, so it has a way of its own. */
function usualDnat(text: string): Statement | undefined {
  const [, address, port] = /^--to-destination ([\d.]+):(\d{1,5})$/.exec(text) ?? []
  if (address === undefined || port === undefined) return undefined
  return { do: 'dnat', to: { address: { literal: { address } }, port: { literal: { number: Number(port) } } } }
}

/** Statements of `-j name …` where name is no chain (`text` without `-j name`). An unknown target becomes one `unread` statement. */
export function readTarget(name: string, text: string, family: 'ip' | 'ip6'): Statement[] {
  if (name === 'DNAT') {
    const usual = usualDnat(text)
    if (usual) return [usual]
  }
  if (harmless.has(name)) return [{ do: 'nothing', what: name }]
  const options = readOptions(text)
  const statements = options && (name === 'REJECT' ? reject(family) : readers.get(name))?.(options)
  return statements ?? [{ do: 'unread', text: `-j ${name} ${text}`.trimEnd() }]
}
