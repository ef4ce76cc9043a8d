import { connectionMatches } from './iptables-save-match-connection.ts'
import { packetMatches } from './iptables-save-match-packet.ts'
import type { Option } from './iptables-save-options.ts'
import { readOptions } from './iptables-save-options.ts'
import type { Statement } from './rule.ts'

/** Options of one match → statements; undefined where something in it is not known, so that the whole match is unread. */
export type MatchReader = (options: Option[], family: 'ip' | 'ip6') => Statement[] | undefined

const nfacct: MatchReader = (options) => [{ do: 'nothing', what: `nfacct ${options[0]?.args[0] ?? ''}` }]

const readers = new Map<string, MatchReader>([['nfacct', nfacct], ...packetMatches, ...connectionMatches])

/** Statements of `-m name …` (`text` without `-m name`). A match that is not known becomes one `unread` statement. */
export function readMatch(name: string, text: string, family: 'ip' | 'ip6'): Statement[] {
  const options = readOptions(text)
  const statements = options && readers.get(name)?.(options, family)
  return statements ?? [{ do: 'unread', text: `-m ${name} ${text}`.trimEnd() }]
}
