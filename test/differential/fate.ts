import { canonicalAddress } from '../../src/net.ts'
import type { Observed } from './agent.ts'
import type { Probe } from './config.ts'
import { sameAddress } from './same-address.ts'

/** What became of one probe, told by the kernel. Plain data: it is stored in fixed cases. */
export interface Fate {
  /** The network end whose transport layer was given the packet, and the addresses it then had. */
  reached?: { ns: string; source: string; destination: string; dport: number }
  /** `answered`, `rst`, `icmp TYPE/CODE`, an errno name that the sender got at once, or `silent`. */
  sender: string
}

/** Reduces what was observed to a fate. An answer that the sender's socket refused counts as none. */
export function fateOf(probe: Probe, seen: Observed): Fate {
  const first = seen.saw[0]
  const plain = (address: string) => canonicalAddress(address) ?? address
  return {
    ...(first
      ? {
          reached: {
            ns: first.ns,
            source: plain(first.source),
            destination: plain(first.destination),
            dport: first.dport,
          },
        }
      : {}),
    sender: senderSaw(probe, seen),
  }
}

function senderSaw(probe: Probe, seen: Observed): string {
  if (seen.end === 'connected' || seen.end === 'replied') return 'answered'
  // The handshake was answered; what became of the packets after it is no part of this.
  const isHis = (a: Observed['answers'][number]) =>
    a.ns === probe.from && a.sport === probe.dport && sameAddress(a.source, probe.destination)
  if (seen.end !== 'timeout' && seen.answers.some((a) => a.kind === 'synack' && isHis(a))) return 'answered'
  // Seen by TCP or not: an error that arrives while connect() still holds its socket only becomes known after all tries.
  const icmp = seen.icmp.find(
    (i) => i.ns === probe.from && sameAddress(i.destination, probe.destination) && i.dport === probe.dport,
  )
  const reset = seen.answers.find((a) => a.ns === probe.from && a.kind === 'rst')
  if (reset && seen.end === 'ECONNREFUSED' && !icmp) return 'rst'
  if (icmp) return `icmp ${icmp.type}/${icmp.code}`
  return seen.end === 'timeout' ? 'silent' : seen.end
}
