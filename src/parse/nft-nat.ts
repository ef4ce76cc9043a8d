import type { Need } from './nft-expressions.ts'
import { readExpression } from './nft-expressions.ts'
import type { Json, JsonObject } from './nft-json.ts'
import { asArray, asObject, asText } from './nft-json.ts'
import { readLiteral } from './nft-literals.ts'
import type { NatTarget, Operand, SetRef, Statement } from './rule.ts'

/** Whether a map's values are `address . port`: by its type where it has a name, by its first value where it is inline. */
export type IsTupleMap = (name: string) => boolean

function givesTuples(map: SetRef, isTupleMap: IsTupleMap): boolean {
  if ('named' in map) return isTupleMap(map.named)
  const value = 'inline' in map ? map.inline[0]?.value : undefined
  return value !== undefined && 'tuple' in value
}

function readOperand(value: Json | undefined): { operand: Operand; needs: Need[] } | undefined {
  const literal = readLiteral(value, 'guess')
  return literal && !('text' in literal) ? { operand: { literal }, needs: [] } : readExpression(value)
}

/** Target of dnat, snat or redirect; undefined for what is not understood (`prefix` maps keep the host part of the address). */
function readTarget(body: JsonObject, isTupleMap: IsTupleMap): { to: NatTarget; needs: Need[] } | undefined {
  if (asArray(body['flags']).includes('netmap')) return undefined
  const to: NatTarget = {}
  const needs: Need[] = []
  if (body['addr'] !== undefined) {
    const address = readOperand(body['addr'])
    if (!address) return undefined
    needs.push(...address.needs)
    if ('map' in address.operand && givesTuples(address.operand.map, isTupleMap)) to.addressAndPort = address.operand
    else to.address = address.operand
  }
  if (body['port'] !== undefined) {
    const port = readOperand(body['port'])
    if (!port) return undefined
    needs.push(...port.needs)
    to.port = port.operand
  }
  return { to, needs }
}

/** `dnat`, `snat`, `masquerade` and `redirect`; the family named in an inet table is needed of the packet. */
export function readNat(
  kind: 'dnat' | 'snat' | 'masquerade' | 'redirect',
  body: Json,
  isTupleMap: IsTupleMap,
): { statements: Statement[]; needs: Need[] } | undefined {
  const object = asObject(body) ?? {}
  const target = readTarget(object, isTupleMap)
  if (!target) return undefined
  const family = asText(object['family'])
  const version = family === 'ip' ? 'ipv4' : family === 'ip6' ? 'ipv6' : undefined
  const needs: Need[] = version ? [...target.needs, { field: 'nfproto', text: version }] : target.needs
  const random = asArray(object['flags']).some((flag) => flag === 'random' || flag === 'fully-random')
  const statement: Statement =
    random && (kind === 'snat' || kind === 'masquerade')
      ? { do: kind, to: target.to, random }
      : { do: kind, to: target.to }
  return { statements: [statement], needs }
}
