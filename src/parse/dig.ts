import type { Outcome } from '../model.ts'
import { canonicalAddress } from '../net.ts'
import { type DnsBlock, dnsBlocks } from './dns-blocks.ts'
import { isGetent, parseGetent } from './getent.ts'
import type { Read } from './host.ts'
import type { DnsForm, DnsTry, GetentTry } from './probe.ts'
import type { Unread } from './rule.ts'

const FORMS = {
  short: true,
  namespaced: true,
  svc: true,
  fqdn: true,
  large: true,
  reverse: true,
  external: true,
} satisfies Record<DnsForm, true>

/** dig's words for why no answer came (BIND's isc_result texts; "invalid file" is its EINVAL, "end of file" an early end). */
const FAILURES: readonly (readonly [string, Outcome])[] = [
  ['connection refused', 'refused'],
  ['host unreachable', 'no-route'],
  ['network unreachable', 'net-unreachable'],
  ['invalid file', 'invalid'],
  ['permission denied', 'denied'],
  ['connection reset', 'reset'],
  ['timed out', 'timeout'],
]

const STATUSES = new Map<string, Outcome>([
  ['NXDOMAIN', 'nxdomain'],
  ['SERVFAIL', 'servfail'],
  ['REFUSED', 'dns-refused'],
])

/** Lines that dig prints beside the answer and that change nothing. */
const PASSED =
  /^;; (Got answer:|ANSWER SECTION:|AUTHORITY SECTION:|ADDITIONAL SECTION:|OPT PSEUDOSECTION:|QUESTION SECTION:|WARNING: |Warning: |You are currently testing |WHEN: |MSG SIZE |Truncated, retrying|BADCOOKIE|no servers could be reached|SERVER: |;; Question section mismatch|Question section mismatch)|^; |^;[^;]|^;; global options|^; <<>>|^\d{1,6} bytes$|^(?:[0-9a-f]{2} ){1,15}[0-9a-f]{2}(?: {2,}|$)/

/** Reads dns.txt: dig's answers (`+noall +comments +answer +stats`) as `queries`, getent's as `lookups`. */
export function parseDig(text: string): { queries: DnsTry[]; lookups: GetentTry[]; unread: Unread[]; read: number } {
  const { blocks, unread, read } = dnsBlocks(text)
  const queries: DnsTry[] = []
  const lookups: GetentTry[] = []
  let bad = 0
  const miss = (at: Read, why: string) => {
    unread.push({ line: at.line, text: at.raw, why })
    bad++
  }
  for (const block of blocks) {
    if (block.kind === 'getent') {
      const lookup = parseGetent(block)
      if (lookup) lookups.push(lookup)
      else miss(block, 'a getent look-up without a name')
      for (const at of block.said) if (!isGetent(at.raw)) miss(at, 'not a line of getent')
      continue
    }
    const query = queryOf(block)
    if (!query) {
      miss(block, 'a query that lacks server, protocol, type, name or form')
      for (const at of block.said) miss(at, 'said to a query that was not understood')
      continue
    }
    queries.push(query)
    for (const at of block.said) if (!listen(query, at)) miss(at, 'not a line of dig')
    conclude(query, block)
  }
  return { queries, lookups, unread: unread.sort((a, b) => a.line - b.line), read: read - bad }
}

function queryOf(block: DnsBlock): DnsTry | undefined {
  const [server, protocol, type, name, form] = block.asked
  if (!server || (protocol !== 'udp' && protocol !== 'tcp') || !type || !name || !form || !Object.hasOwn(FORMS, form))
    return undefined
  const query: DnsTry = {
    line: block.line,
    raw: block.raw,
    server: canonicalAddress(server) ?? server,
    protocol,
    type,
    name,
    form: form as DnsForm,
    outcome: 'other',
    flags: [],
    answers: [],
    asked: block.line,
  }
  if (block.exitCode !== undefined) query.exitCode = block.exitCode
  return query
}

/** Takes in one line of dig's; false if it is none. The line that decides becomes the query's own. */
function listen(query: DnsTry, at: Read): boolean {
  const raw = at.raw.trim()
  const decide = (outcome: Outcome) => Object.assign(query, { outcome, line: at.line, raw: at.raw })
  const header = /^;; ->>HEADER<<- opcode: \w+, status: (\w+), id: \d+$/.exec(raw)
  if (header) {
    query.status = header[1]!
    decide(STATUSES.get(header[1]!) ?? 'other')
    return true
  }
  if (raw.startsWith(';; flags: ')) {
    query.flags = raw.slice(10).split(';')[0]!.trim().split(' ').filter(Boolean)
    return true
  }
  const time = /^;; Query time: (\d{1,9}) msec$/.exec(raw)
  if (time) {
    query.milliseconds = Number(time[1])
    return true
  }
  if (/^;; (communications error to |Connection to |UDP setup with |connection timed out)/.test(raw)) {
    decide(
      FAILURES.find(([words]) => raw.includes(words, raw.includes(': ') ? raw.lastIndexOf(': ') : 0))?.[1] ?? 'other',
    )
    query.failures = (query.failures ?? 0) + 1
    return true
  }
  // Older dig's word for it; a newer one, whose socket is connected, never sees such an answer.
  const other = /^;; reply from unexpected source: ([^\s#]+)#/i.exec(raw)?.[1]
  if (other !== undefined) {
    query.answeredBy = canonicalAddress(other) ?? other
    return true
  }
  if (raw.startsWith(';; Got bad packet')) {
    decide('other')
    return true
  }
  if (raw.startsWith('dig: ')) {
    decide('other')
    return true
  }
  if (PASSED.test(raw)) return true
  const answer = /^(\S+)\s+(\d{1,10})\s+(?:IN|CH|HS)\s+(\S+)\s+(\S.*)$/.exec(raw)
  if (!answer) return false
  query.answers.push({ ...at, name: answer[1]!, ttl: Number(answer[2]), type: answer[3]!, data: answer[4]! })
  return true
}

/** NOERROR is a yes only with a record of the type asked; an answer that needed a second try is late. */
function conclude(query: DnsTry, block: DnsBlock): void {
  if (query.status === 'NOERROR') {
    const found = query.answers.find((a) => a.type === query.type.toUpperCase())
    query.outcome = !found ? 'no-data' : query.failures === undefined ? 'ok' : 'late'
    if (found) Object.assign(query, { line: found.line, raw: found.raw })
  }
  const ended = block.exitCode === 124 || block.exitCode === 137 || block.exitCode === 143
  if (query.status === undefined && query.failures === undefined && ended) query.outcome = 'timeout'
}
