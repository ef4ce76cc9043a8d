import type { Need } from './nft-expressions.ts'
import { readExpression } from './nft-expressions.ts'
import type { Json } from './nft-json.ts'
import { asArray, asObject, asText, nameAndBody } from './nft-json.ts'
import { readMarkChange } from './nft-marks.ts'
import { readMatch } from './nft-match.ts'
import { readNat } from './nft-nat.ts'
import { readMapData, readVerdict } from './nft-sets.ts'
import type { Statement } from './rule.ts'

/** What reading a rule needs to know of its table. */
export interface NftTable {
  family: 'ip' | 'ip6' | 'inet' | 'bridge' | 'arp' | 'netdev'
  isTupleMap(name: string): boolean
  /** Named limits and quotas that match when the limit is exceeded. */
  isOver(object: 'limit' | 'quota', name: string): boolean
  /** Flowtables that the hardware works on, unseen by any hook. */
  isOffloaded(flowtable: string): boolean
  /** Statements by their JSON text: most of them occur again and again. */
  seen: Map<string, ReadStatement>
}

/** What one nft statement says, and the conditions that nft tests with it without printing them. */
export type ReadStatement = { statements: Statement[]; needs?: Need[] }
type Read = ReadStatement | undefined

const one = (statement: Statement): Read => ({ statements: [statement] })
const nothing = (what: string): Read => one({ do: 'nothing', what })
const stateful = (what: string, likely: boolean): Read => one({ do: 'stateful', what, likely })

function readReject(body: Json): Read {
  const object = asObject(body) ?? {}
  const type = asText(object['type'])
  if (type === 'tcp reset')
    return { statements: [{ do: 'reject', with: 'tcp-reset' }], needs: [{ field: 'l4proto', text: 'tcp' }] }
  const kind = (asText(object['expr']) ?? 'port-unreachable').replace('prot-', 'proto-')
  if (type === undefined || type === 'icmpx') return one({ do: 'reject', with: `icmpx-${kind}` })
  if (type === 'icmp')
    return { statements: [{ do: 'reject', with: `icmp-${kind}` }], needs: [{ field: 'nfproto', text: 'ipv4' }] }
  if (type !== 'icmpv6') return undefined
  return { statements: [{ do: 'reject', with: `icmp6-${kind}` }], needs: [{ field: 'nfproto', text: 'ipv6' }] }
}

function readVmap(body: Json): Read {
  const object = asObject(body) ?? {}
  const key = readExpression(object['key'])
  const map = key && readMapData(object['data'], key.kind, 'verdict')
  return map && { statements: [{ do: 'vmap', key: key.operand, map }], needs: key.needs }
}

/** Header fields whose change no later rule and no routing decision looks at. */
const idleFields = new Set(['ip dscp', 'ip ecn', 'ip6 dscp', 'ip6 ecn', 'ip6 flowlabel', 'ip id'])
const idleKeys = new Set(['meta priority', 'meta nftrace', 'ct label', 'ct event', 'ct secmark', 'meta secmark'])

function readMangle(body: Json): Read {
  const object = asObject(body) ?? {}
  const [name, target] = nameAndBody(object['key']) ?? []
  const inner = asObject(target) ?? {}
  const key = `${name} ${asText(inner['key'])}`
  if (key === 'meta mark' || key === 'ct mark') {
    const statements = readMarkChange(key === 'meta mark' ? 'mark' : 'ct-mark', object['value'])
    return statements && { statements }
  }
  if (idleKeys.has(key)) return nothing(`set ${key}`)
  if (name === 'tcp option') return nothing(`set tcp option ${asText(inner['name'])}`)
  const field = `${asText(inner['protocol'])} ${asText(inner['field'])}`
  return name === 'payload' && idleFields.has(field) ? nothing(`set ${field}`) : undefined
}

/**
 * `add @set { ip saddr limit … }` writes a set; a limit in it decides whether the rule goes on. A packet that has no such key ends
 * the rule.
 */
function readSetUpdate(body: Json, table: NftTable): Read {
  const object = asObject(body) ?? {}
  const element = object['key'] ?? object['elem']
  const key = readExpression(asObject(asObject(element)?.['elem'])?.['val'] ?? element)
  if (!key) return undefined
  const set = asText(object['set'] ?? object['map'] ?? object['name'])
  const statements: Statement[] = [{ do: 'nothing', what: `${asText(object['op']) ?? 'meter'} ${set}` }]
  for (const inner of asArray(object['stmt'])) {
    const read = readStatement(inner, table)
    if (!read) return undefined
    statements.push(...read.statements)
  }
  return { statements, needs: key.needs }
}

/** `limit rate 5/second` or, by name, `"l1"`: matches while under the rate; with `inv` (over) once it is exceeded. */
function readLimit(name: 'limit' | 'quota' | 'ct count', body: Json, table: NftTable): Read {
  const isOver = typeof body === 'string' ? name !== 'ct count' && table.isOver(name, body) : asObject(body)?.['inv']
  return stateful(`${name} ${JSON.stringify(body)}`, isOver !== true)
}

/** What iptables-nft hides from nft: only the extension's name is printed. Those are known that never have an effect. */
function readExtension(body: Json): Read {
  const object = asObject(body) ?? {}
  const name = asText(object['name']) ?? ''
  const idle =
    object['type'] === 'match' ? ['comment', 'nfacct'] : ['LOG', 'NFLOG', 'CHECKSUM', 'TCPMSS', 'AUDIT', 'TRACE']
  return idle.includes(name) ? nothing(name) : undefined
}

/** One nft statement; undefined if it is not understood. Needs are conditions that nft tests without printing them. */
export function readStatement(value: Json, table: NftTable): Read {
  const [name, body = null] = nameAndBody(value) ?? []
  switch (name) {
    case 'match':
      return readMatch(body)
    case 'accept':
    case 'drop':
    case 'return':
    case 'continue':
    case 'jump':
    case 'goto': {
      const verdict = readVerdict(value)
      return verdict && one({ do: 'verdict', verdict })
    }
    case 'vmap':
      return readVmap(body)
    case 'reject':
      return readReject(body)
    case 'mangle':
      return readMangle(body)
    case 'dnat':
    case 'snat':
    case 'redirect':
    case 'masquerade':
      return readNat(name, body, table.isTupleMap)
    case 'notrack':
      return one({ do: 'notrack' })
    case 'queue': {
      const bypass = asArray(asObject(body)?.['flags']).includes('bypass')
      return one({ do: 'verdict', verdict: { verdict: 'queue', bypass } })
    }
    case 'limit':
    case 'quota':
    case 'ct count':
      return readLimit(name, body, table)
    case 'set':
    case 'map':
    case 'meter':
      return readSetUpdate(body, table)
    case 'flow': {
      // Only packets behind the handshake take the shortcut; in hardware they meet no rule at all.
      const flowtable = (asText(asObject(body)?.['flowtable']) ?? '').replace('@', '')
      return table.isOffloaded(flowtable) ? undefined : nothing(`flow add @${flowtable}`)
    }
    case 'xt':
      return readExtension(body)
    case 'log':
    case 'counter':
    case 'dup':
    case 'ct helper':
    case 'ct timeout':
    case 'ct expectation':
    case 'secmark':
    case 'last':
      return nothing(name)
    default:
      return undefined
  }
}
