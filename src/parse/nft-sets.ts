import type { Expression } from './nft-expressions.ts'
import { readExpression } from './nft-expressions.ts'
import type { Json, JsonObject } from './nft-json.ts'
import { asArray, asObject, asText, nameAndBody } from './nft-json.ts'
import type { Kind } from './nft-literals.ts'
import { readLiteral } from './nft-literals.ts'
import type { NamedSet, SetElement, SetRef, Verdict } from './rule.ts'

type ValueKind = Kind | Kind[] | 'verdict' | undefined

/** `{"accept": null}`, `{"goto": {"target": "x"}}` …; undefined for what is no verdict. */
export function readVerdict(value: Json | undefined): Verdict | undefined {
  const [name, body] = nameAndBody(value) ?? []
  if (name === 'accept' || name === 'drop' || name === 'return' || name === 'continue') return { verdict: name }
  const chain = asText(asObject(body)?.['target'])
  return (name === 'jump' || name === 'goto') && chain !== undefined ? { verdict: name, chain } : undefined
}

function readElement(value: Json, keyKind: Kind | Kind[], valueKind: ValueKind): SetElement | undefined {
  if (valueKind === undefined) {
    const key = readLiteral(value, keyKind)
    return key && { key }
  }
  const [first, second, more] = Array.isArray(value) ? value : []
  const key = readLiteral(first, keyKind)
  const mapped = valueKind === 'verdict' ? readVerdict(second) : readLiteral(second, valueKind)
  return key && mapped && more === undefined ? { key, value: mapped } : undefined
}

/** `"@name"` or `{"set": [[key, value], …]}` behind vmap or map; undefined as soon as one element is not understood. */
export function readMapData(
  data: Json | undefined,
  keyKind: Kind | Kind[],
  valueKind: 'verdict' | 'guess',
): SetRef | undefined {
  if (typeof data === 'string') return data.startsWith('@') ? { named: data.slice(1) } : undefined
  const set = asObject(data)?.['set']
  if (set === undefined) return undefined
  const inline: SetElement[] = []
  for (const value of asArray(set)) {
    const element = readElement(value, keyKind, valueKind)
    if (!element) return undefined
    inline.push(element)
  }
  return { inline }
}

const kinds = new Map<string, Kind>([
  ['ipv4_addr', 'address'],
  ['ipv6_addr', 'address'],
  ['inet_service', 'number'],
  ['inet_proto', 'protocol'],
  ['ifname', 'name'],
  ['iface_index', 'name'],
  ['mark', 'number'],
  ['uid', 'number'],
  ['gid', 'number'],
  ['integer', 'number'],
  ['nf_proto', 'nfproto'],
  ['ether_type', 'nfproto'],
  ['pkt_type', 'pkttype'],
  ['fib_addrtype', 'word'],
  ['ct_dir', 'word'],
  ['ct_state', 'state'],
  ['dscp', 'dscp'],
  ['tcp_flag', 'tcp-flags'],
  ['icmp_type', 'icmp-type'],
  ['icmpv6_type', 'icmpv6-type'],
  ['icmp_code', 'icmp-code'],
  ['icmpv6_code', 'icmpv6-code'],
])

/** A set's `type` or a map's `map`: one name, several in an array or with dots, or (nft 1.1.4 on) `{"typeof": expression}`. */
function readType(type: Json | undefined): { text: string; kind: ValueKind | null } {
  const typeOf = asObject(type)?.['typeof']
  if (typeOf !== undefined) {
    const expression: Expression | undefined = readExpression(typeOf)
    return { text: `typeof ${JSON.stringify(typeOf)}`, kind: expression ? expression.kind : null }
  }
  const names = asArray(type).flatMap((part) => (asText(part) ?? '?').split(' . '))
  const text = names.join(' . ')
  if (text === 'verdict') return { text, kind: 'verdict' }
  const parts = names.map((name) => kinds.get(name))
  if (!parts.every((part) => part !== undefined)) return { text, kind: null }
  return { text, kind: parts.length === 1 ? parts[0] : parts }
}

function readElements(object: JsonObject | undefined, set: NamedSet): SetElement[] {
  if (!object) {
    set.incomplete = true
    return []
  }
  const key = readType(object['type'])
  const value = object['map'] === undefined ? { kind: undefined } : readType(object['map'])
  const elements: SetElement[] = []
  for (const item of asArray(object['elem'])) {
    const known = key.kind !== null && key.kind !== undefined && key.kind !== 'verdict' && value.kind !== null
    const element = known && readElement(item, key.kind as Kind, value.kind as ValueKind)
    if (element) elements.push({ ...element, line: set.line })
    else set.incomplete = true
  }
  return elements
}

/**
 * `{"set": …}` or `{"map": …}` without its elements, which `elementsOf` gives when they are first asked for (10,000 Services make one
 * line of a megabyte).
 */
export function readNamedSet(
  object: JsonObject,
  line: number,
  elementsOf: () => JsonObject | undefined,
): NamedSet | undefined {
  const name = asText(object['name'])
  if (name === undefined) return undefined
  const type = readType(object['type']).text
  const maps = object['map'] === undefined ? '' : ` : ${readType(object['map']).text}`
  let elements: SetElement[] | undefined
  const set: NamedSet = {
    name,
    type: type + maps,
    line,
    get elements() {
      elements ??= readElements(elementsOf(), set)
      return elements
    },
  }
  const flags = asArray(object['flags'])
  if (flags.includes('dynamic') || flags.includes('timeout')) set.dynamic = true
  return set
}
