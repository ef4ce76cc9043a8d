import { canonicalAddress } from '../net.ts'
import type { Read } from './host.ts'
import { type Parsed, readLines } from './lines.ts'
import type { PingError, PingRun } from './probe.ts'

/** What ping prints instead of an answer (iputils and busybox), as read by provoking each. */
const ERRORS: readonly (readonly [RegExp, PingError])[] = [
  [/frag needed|packet too big/i, 'frag-needed'],
  [/message too long/i, 'too-long'],
  [/destination host unreachable|no route to host|address unreachable/i, 'host-unreachable'],
  [/destination port unreachable|port unreachable/i, 'port-unreachable'],
  [/destination net unreachable|network is unreachable|no route$/i, 'net-unreachable'],
  [/packet filtered|prohibited/i, 'admin-prohibited'],
  [/time to live exceeded|time exceeded/i, 'ttl-exceeded'],
  // iputils guesses at a broadcast address when connect() says EACCES.
  [/operation not permitted|permission denied|check your local firewall rules/i, 'denied'],
  [/invalid argument/i, 'invalid'],
]

/**
 * Reads ping.txt: runs of ping, each below `;; ping <target> <payload bytes>` and above `;; rc <n>`; a run without that
 * heading starts at ping's own `PING` line. A run that could not even send has `sent` 0.
 */
export function parsePing(text: string): Parsed<PingRun> {
  const runs: PingRun[] = []
  let run: PingRun | undefined
  const said = new Set<string>()
  const start = (target: string, size: number | undefined, at: Read): PingRun => {
    const fresh: PingRun = { ...at, target: canonicalAddress(target) ?? target, sent: 0, received: 0, errors: [] }
    if (size !== undefined) fresh.size = size
    runs.push(fresh)
    said.clear()
    return fresh
  }
  let headed = false
  const { unread, read } = readLines<never>(text, (at) => {
    const raw = at.raw.trim()
    const words = raw.split(/\s+/)
    if (words[0] === ';;') {
      if (words[1] === 'rc') run = undefined
      else if (words[1] !== 'ping' || !words[2]) return 'not a heading of a run'
      else run = start(words[2], /^\d{1,6}$/.test(words[3] ?? '') ? Number(words[3]) : undefined, at)
      headed = run !== undefined
      return []
    }
    const ping = /^PING ([^\s(]+) ?(?:\([^)]*\))?:? (?:from \S+ (?:\S+ )?)?(\d{1,6})(?:\(\d+\))? (?:data )?bytes/.exec(
      raw,
    )
    if (ping) {
      if (!headed) run = start(ping[1]!, Number(ping[2]), at)
      else if (run) run.size = Number(ping[2])
      headed = false
      return []
    }
    return run ? listen(run, raw, at, said) : 'outside of any run of ping'
  })
  return { items: runs, unread, read }
}

/** Takes in one line of a run; `said` holds the errors that it had before, so that each counts once. */
function listen(run: PingRun, raw: string, at: Read, said: Set<string>): never[] | string {
  const summary = /^(\d{1,9}) packets transmitted, (\d{1,9}) (?:packets )?received/.exec(raw)
  if (summary) {
    run.sent = Number(summary[1])
    run.received = Number(summary[2])
    if (run.errors.length === 0) Object.assign(run, { line: at.line, raw: at.raw })
    return []
  }
  const average = /^(?:rtt|round-trip) min\/avg\/max(?:\/mdev)? = [\d.]+\/(\d{1,9}(?:\.\d{1,9})?)\//.exec(raw)
  if (average) {
    run.milliseconds = Number(average[1])
    return []
  }
  if (/^\d+ bytes from |^--- |^no answer yet for |^pipe \d+$|^ping: warning/i.test(raw)) return []
  if (!/^(From |ping: )/.test(raw)) return 'not a line of ping'
  const says = ERRORS.find(([words]) => words.test(raw))?.[1] ?? 'other'
  const from = canonicalAddress(/^From ([^\s]+)/.exec(raw)?.[1]?.replace(/:$/, '') ?? '')
  const mtu = /\bmtu ?[=:] ?(\d{1,6})\b/i.exec(raw)?.[1]
  const key = `${says} ${from}`
  if (said.has(key)) return []
  said.add(key)
  if (run.errors.length === 0) Object.assign(run, { line: at.line, raw: at.raw })
  run.errors.push({
    ...at,
    says,
    ...(from === undefined ? {} : { from }),
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
  })
  return []
}
