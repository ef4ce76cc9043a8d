import type { Read } from './host.ts'
import { readLines } from './lines.ts'
import type { Unread } from './rule.ts'

/** A question of dns.txt with all that was said to it, and the exit code and seconds of its last line. */
export interface DnsBlock extends Read {
  kind: 'ask' | 'getent'
  /** The words behind `;; ask` or `;; getent`. */
  asked: string[]
  said: Read[]
  exitCode?: number
  seconds?: number
}

/** Cuts dns.txt into its blocks: `;; ask …` or `;; getent …`, what was said, `;; rc <n> [seconds]`. A block may lack its end. */
export function dnsBlocks(text: string): { blocks: DnsBlock[]; unread: Unread[]; read: number } {
  const blocks: DnsBlock[] = []
  let open: DnsBlock | undefined
  const { unread, read } = readLines<never>(text, (at) => {
    const words = at.raw.trim().split(/\s+/)
    if (words[0] === ';;' && (words[1] === 'ask' || words[1] === 'getent')) {
      open = { ...at, kind: words[1], asked: words.slice(2), said: [] }
      blocks.push(open)
      return []
    }
    if (!open) return 'outside of any question'
    if (words[0] === ';;' && words[1] === 'rc' && /^\d{1,3}$/.test(words[2] ?? '')) {
      open.exitCode = Number(words[2])
      if (/^\d{1,6}(\.\d{1,9})?$/.test(words[3] ?? '')) open.seconds = Number(words[3])
      open = undefined
      return []
    }
    open.said.push(at)
    return []
  })
  return { blocks, unread, read }
}
