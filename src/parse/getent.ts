import { canonicalAddress } from '../net.ts'
import type { DnsBlock } from './dns-blocks.ts'
import type { GetentTry } from './probe.ts'

/** glibc waits 5 s for a nameserver; a look-up that fails after that long got no answer. */
const WAITED = 4

/** A look-up that took this long was answered only after the resolver had asked again (`options timeout:1` is the least). */
const ASKED_AGAIN = 0.95

/**
 * One look-up through the machine's own resolver (hosts file, search list, nameservers); undefined without a name.
 * getent cannot tell an unknown name from a server's failure: both are `nxdomain` here, dig's queries beside it know better.
 */
export function parseGetent(block: DnsBlock): GetentTry | undefined {
  const name = block.asked[0]
  if (name === undefined) return undefined
  const found = block.said.map((at) => addressOf(at.raw)).filter((a) => a !== undefined)
  const lookup: GetentTry = { line: block.line, raw: block.raw, name, outcome: 'other', addresses: [...new Set(found)] }
  if (block.exitCode !== undefined) lookup.exitCode = block.exitCode
  if (block.seconds !== undefined) lookup.seconds = block.seconds
  const seconds = block.seconds ?? 0
  if (lookup.exitCode === 0 && found.length > 0) lookup.outcome = seconds >= ASKED_AGAIN ? 'late' : 'ok'
  else if (lookup.exitCode === 2) lookup.outcome = seconds >= WAITED ? 'timeout' : 'nxdomain'
  else if (lookup.exitCode === 124 || lookup.exitCode === 137 || lookup.exitCode === 143) lookup.outcome = 'timeout'
  return lookup
}

/** Whether a line is one of getent's: an address, then the rest of a hosts entry; or the shell's word that it was stopped. */
export function isGetent(raw: string): boolean {
  return addressOf(raw) !== undefined || /^\s*(Terminated|Killed)\s*$/.test(raw)
}

function addressOf(raw: string): string | undefined {
  return canonicalAddress(raw.trim().split(/\s+/)[0]!)
}
