import type { Json, JsonObject } from './nft-json.ts'
import { asArray, asNumber, asObject, asText, nameAndBody } from './nft-json.ts'
import type { Kind } from './nft-literals.ts'
import { readMapData } from './nft-sets.ts'
import type { Field, Literal, Operand } from './rule.ts'
import { operand } from './rule-statements.ts'

/** What must hold for the expression to be there at all: nft hides `meta l4proto tcp` before `tcp dport`, the kernel still tests it. */
export interface Need {
  field: 'nfproto' | 'l4proto'
  text: string
}

export interface Expression {
  operand: Operand
  /** How its values are printed; one for each part of a concatenation. */
  kind: Kind | Kind[]
  needs: Need[]
}

const simple = (field: Field, kind: Kind, ...needs: Need[]): Expression => ({ operand: operand(field), kind, needs })

const v4: Need = { field: 'nfproto', text: 'ipv4' }
const v6: Need = { field: 'nfproto', text: 'ipv6' }
const over = (text: string): Need => ({ field: 'l4proto', text })

const meta = new Map<string, Expression>([
  ['mark', simple('mark', 'number')],
  ['l4proto', simple('l4proto', 'protocol')],
  ['nfproto', simple('nfproto', 'nfproto')],
  ['protocol', simple('nfproto', 'nfproto')],
  ['iifname', simple('iifname', 'name')],
  ['oifname', simple('oifname', 'name')],
  ['iif', simple('iifname', 'name')],
  ['oif', simple('oifname', 'name')],
  ['ibrname', simple('ibrname', 'name')],
  ['obrname', simple('obrname', 'name')],
  ['pkttype', simple('pkttype', 'pkttype')],
  ['skuid', simple('skuid', 'number')],
  ['skgid', simple('skgid', 'number')],
  ['length', simple('length', 'number')],
])

const payload = new Map<string, Expression>([
  ['ip saddr', simple('saddr', 'address', v4)],
  ['ip daddr', simple('daddr', 'address', v4)],
  ['ip protocol', simple('l4proto', 'protocol', v4)],
  ['ip ttl', simple('ttl', 'number', v4)],
  ['ip length', simple('length', 'number', v4)],
  ['ip dscp', simple('dscp', 'dscp', v4)],
  ['ip6 saddr', simple('saddr', 'address', v6)],
  ['ip6 daddr', simple('daddr', 'address', v6)],
  ['ip6 nexthdr', simple('l4proto', 'protocol', v6)],
  ['ip6 hoplimit', simple('ttl', 'number', v6)],
  ['ip6 dscp', simple('dscp', 'dscp', v6)],
  ['icmp type', simple('icmp.type', 'icmp-type', v4, over('icmp'))],
  ['icmp code', simple('icmp.code', 'icmp-code', v4, over('icmp'))],
  ['icmpv6 type', simple('icmp.type', 'icmpv6-type', v6, over('icmpv6'))],
  ['icmpv6 code', simple('icmp.code', 'icmpv6-code', v6, over('icmpv6'))],
  ['th sport', simple('sport', 'number')],
  ['th dport', simple('dport', 'number')],
  ['tcp flags', { operand: { field: 'tcp.flags', mask: 255 }, kind: 'tcp-flags', needs: [over('tcp')] }],
  ...['tcp', 'udp', 'sctp', 'dccp', 'udplite'].flatMap((protocol): [string, Expression][] => {
    const text = { dccp: '33', udplite: '136' }[protocol] ?? protocol
    return [
      [`${protocol} sport`, simple('sport', 'number', over(text))],
      [`${protocol} dport`, simple('dport', 'number', over(text))],
    ]
  }),
])

const connection = new Map<string, Expression>([
  ['state', simple('ct.state', 'state')],
  ['status', simple('ct.status', 'status')],
  ['direction', simple('ct.direction', 'word')],
  ['mark', simple('ct.mark', 'number')],
  ['zone', simple('ct.zone', 'number')],
  ['protocol', simple('ct.proto', 'protocol')],
])

/** `ct original ip saddr`, in old versions `ct original saddr`. */
const tupleParts = new Map<string, 'saddr' | 'daddr' | 'sport' | 'dport'>([
  ['saddr', 'saddr'],
  ['daddr', 'daddr'],
  ['ip saddr', 'saddr'],
  ['ip daddr', 'daddr'],
  ['ip6 saddr', 'saddr'],
  ['ip6 daddr', 'daddr'],
  ['proto-src', 'sport'],
  ['proto-dst', 'dport'],
])

function readConnection(body: JsonObject): Expression | undefined {
  const key = asText(body['key']) ?? ''
  const direction = asText(body['dir'])
  if (direction === undefined) return connection.get(key)
  const part = tupleParts.get(key)
  if (!part || (direction !== 'original' && direction !== 'reply')) return undefined
  const side = direction === 'original' ? 'orig' : 'repl'
  const needs = key.startsWith('ip ') ? [v4] : key.startsWith('ip6 ') ? [v6] : []
  return simple(`ct.${side}.${part}`, part.endsWith('port') ? 'number' : 'address', ...needs)
}

/** fib: what the routing table says of the source or destination; its result `oif` is read as the interface's name. */
function readFib(body: JsonObject): Expression | undefined {
  const flags = asArray(body['flags']).map((flag) => asText(flag) ?? '')
  const result = asText(body['result']) ?? ''
  const side = flags.includes('saddr') ? 'saddr' : 'daddr'
  if (!flags.every((flag) => ['saddr', 'daddr', 'mark', 'iif', 'oif'].includes(flag))) return undefined
  const limits = flags.filter((flag) => flag === 'iif' || flag === 'oif')
  const named = ['oif', 'oifname', 'check'].includes(result) && side === 'saddr'
  if (limits.length > 1 || !(named || result === 'type')) return undefined
  return {
    operand: {
      field: named ? 'fib.saddr.oif' : `fib.${side}.type`,
      ...(limits[0] && { limit: limits[0] as 'iif' | 'oif' }),
      ...(flags.includes('mark') && { withMark: true }),
    },
    kind: named ? 'name' : 'word',
    needs: [],
  }
}

/** `{"&": [x, mask]}`; masks of addresses are addresses. */
function readMasked(body: Json): Expression | undefined {
  const [inner, mask, more] = asArray(body)
  const expression = readExpression(inner)
  if (!expression || more !== undefined) return undefined
  const by: Literal | undefined =
    expression.kind === 'address' && typeof mask === 'string'
      ? { address: mask }
      : typeof mask === 'number' && expression.kind === 'number'
        ? { number: mask >>> 0 }
        : undefined
  if (!by) return undefined
  const plain = 'field' in expression.operand && expression.operand.mask === undefined && 'number' in by
  const masked: Operand = plain
    ? { ...(expression.operand as { field: Field }), mask: by.number }
    : { masked: expression.operand, by }
  return { ...expression, operand: masked }
}

function readConcat(body: Json): Expression | undefined {
  const parts: Expression[] = []
  for (const part of asArray(body)) {
    const expression = readExpression(part)
    if (!expression || Array.isArray(expression.kind)) return undefined
    parts.push(expression)
  }
  return {
    operand: { concat: parts.map((part) => part.operand) },
    kind: parts.map((part) => part.kind as Kind),
    needs: parts.flatMap((part) => part.needs),
  }
}

function readChoice(body: JsonObject, by: 'oneOf' | 'hash'): Expression | undefined {
  const mod = asNumber(body['mod'])
  const offset = asNumber(body['offset']) ?? 0
  const input = body['expr'] === undefined ? { needs: [] } : readExpression(body['expr'])
  if (!mod || mod < 0 || !input) return undefined
  const start = offset === 0 ? {} : { offset }
  const operand: Operand = by === 'oneOf' ? { oneOf: mod, ...start } : { hash: mod, ...start }
  return { operand, kind: 'number', needs: input.needs }
}

/** An nft expression that reads something of the packet; undefined for what the rule language has no field for. */
export function readExpression(value: Json | undefined): Expression | undefined {
  const [name, body] = nameAndBody(value) ?? []
  const object = asObject(body) ?? {}
  switch (name) {
    case 'meta':
      return meta.get(asText(object['key']) ?? '')
    case 'payload':
      return payload.get(`${asText(object['protocol'])} ${asText(object['field'])}`)
    case 'ct':
      return readConnection(object)
    case 'fib':
      return readFib(object)
    case '&':
      return readMasked(body ?? null)
    case 'concat':
      return readConcat(body ?? null)
    case 'numgen':
      return readChoice(object, 'oneOf')
    case 'jhash':
    case 'symhash':
      return readChoice(object, 'hash')
    case 'map': {
      const key = readExpression(object['key'])
      const map = key && readMapData(object['data'], key.kind, 'guess')
      return map && { operand: { key: key.operand, map }, kind: 'guess', needs: key.needs }
    }
    default:
      return undefined
  }
}
