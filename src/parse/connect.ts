import type { DestinationKind, Outcome, Protocol } from '../model.ts'
import { canonicalAddress } from '../net.ts'
import type { Read } from './host.ts'
import { type LineReading, type Parsed, readLines } from './lines.ts'
import type { Try } from './probe.ts'

const KINDS = {
  dns: true,
  'cluster-ip': true,
  endpoint: true,
  'node-port': true,
  'external-ip': true,
  'load-balancer': true,
  hairpin: true,
  api: true,
  'api-endpoint': true,
  'dns-server': true,
  node: true,
  'pod-gateway': true,
  'external-name': true,
} satisfies Record<DestinationKind, true>

/** The kernel's words for a failed connect (errno(3)), as curl and nc print them. */
const WORDS: readonly (readonly [RegExp, Outcome])[] = [
  [/connection refused/i, 'refused'],
  [/no route to host|host is unreachable/i, 'no-route'],
  [/network (?:is )?unreachable/i, 'net-unreachable'],
  [/invalid argument/i, 'invalid'],
  [/permission denied|operation not permitted/i, 'denied'],
  [/(?:connection|operation) timed out|no answer to a query/i, 'timeout'],
]

/** From this on the first SYN was lost: Linux sends the second after 1 s (RFC 6298), and clocks are read late, not early. */
const RETRANSMITTED = 0.95

/** Reads connect.txt, one try a line (docs/architecture.md); `err=` is the rest of the line. Properties that are not known are passed over. */
export function parseConnect(text: string): Parsed<Try> {
  return readLines(text, tryOf)
}

/** One line of connect.txt. */
export function tryOf(at: Read): LineReading<Try> {
  const mark = at.raw.indexOf(' err=')
  const detail = mark < 0 ? '' : at.raw.slice(mark + 5).trim()
  const words = (mark < 0 ? at.raw : at.raw.slice(0, mark)).trim().split(/\s+/)
  const [what, protocol, host, port, count, ...pairs] = words
  const colon = what!.indexOf(':')
  const kind = colon < 0 ? what! : what!.slice(0, colon)
  if (!Object.hasOwn(KINDS, kind)) return 'not a try: its first word is no kind of destination'
  if (!isProtocol(protocol)) return 'a try without protocol'
  if (!host || !/^\d{1,5}$/.test(port ?? '') || !/^\d{1,6}$/.test(count ?? ''))
    return 'a try without address, port or number'
  const values = new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
  const exitCode = numberOf(values.get('rc'))
  if (exitCode === undefined) return 'a try without rc'
  const bare = host.replace(/^\[|\]$/g, '')
  const one: Try = {
    ...at,
    kind: kind as DestinationKind,
    protocol,
    ip: canonicalAddress(bare) ?? bare,
    port: Number(port),
    try: Number(count),
    outcome: 'other',
    seconds: numberOf(values.get('total')) ?? 0,
    connected: numberOf(values.get('connect')) ?? 0,
    exitCode,
    bytes: numberOf(values.get('bytes')) ?? 0,
    detail,
  }
  const status = numberOf(values.get('code'))
  if (status) one.status = status
  if (colon >= 0) one.variant = what!.slice(colon + 1)
  one.outcome = protocol === 'udp' ? outcomeOfDatagram(one) : outcomeOfCurl(one)
  return [one]
}

/**
 * What became of a TCP try, by curl's exit code and words (read in 7.88 and 8.23 by provoking each). A connection that was
 * made and then answered with anything, even with nothing but an orderly end, reached its destination.
 */
function outcomeOfCurl(t: Try): Outcome {
  const answered = t.bytes > 0 || t.status !== undefined
  const connected = t.connected > 0 || answered || /bytes received/.test(t.detail)
  if (t.exitCode === 28 && connected) {
    // A stream that never ends is a living server; but a large answer that stops is what a path MTU black hole looks like.
    return answered && !t.variant?.includes('large') ? 'ok' : 'silent'
  }
  if (!connected) return t.exitCode === 28 || t.exitCode === 124 ? 'timeout' : outcomeOfWords(t.detail)
  if (t.exitCode === 124) return 'silent'
  if (!answered && /reset by peer|broken pipe/i.test(t.detail)) return 'reset'
  return t.connected >= RETRANSMITTED ? 'late' : 'ok'
}

/** UDP: an answer is proof, and so is an ICMP error. No answer proves nothing of a server that need not answer: `silent`. */
function outcomeOfDatagram(t: Try): Outcome {
  if (t.bytes > 0) return t.connected >= RETRANSMITTED ? 'late' : 'ok'
  const said = outcomeOfWords(t.detail)
  if (said !== 'other') return said
  return [0, 28, 124].includes(t.exitCode) ? 'silent' : 'other'
}

function outcomeOfWords(detail: string): Outcome {
  return WORDS.find(([words]) => words.test(detail))?.[1] ?? 'other'
}

function isProtocol(text: string | undefined): text is Protocol {
  return text === 'tcp' || text === 'udp' || text === 'sctp' || text === 'icmp'
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : undefined
}
