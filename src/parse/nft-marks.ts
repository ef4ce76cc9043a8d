import type { Json } from './nft-json.ts'
import { asArray, asObject, asText, nameAndBody } from './nft-json.ts'
import type { Statement } from './rule.ts'

/** (mark & packet) ^ (ct mark & connection) ^ xor: what nft's `&`, `|` and `^` make of the two marks and constants. */
interface Bits {
  packet: number
  connection: number
  xor: number
}

const support = (bits: Bits): number => bits.packet | bits.connection | bits.xor

function combine(operator: string, a: Bits, b: Bits): Bits | undefined {
  const bConstant = b.packet === 0 && b.connection === 0
  if (!bConstant && a.packet === 0 && a.connection === 0) return combine(operator, b, a)
  if (operator === '&') {
    if (!bConstant) return undefined
    return { packet: a.packet & b.xor, connection: a.connection & b.xor, xor: a.xor & b.xor }
  }
  if (operator === '|' && bConstant) {
    return { packet: a.packet & ~b.xor, connection: a.connection & ~b.xor, xor: (a.xor & ~b.xor) | b.xor }
  }
  // Where no bit can be set in both, `|` is `^`.
  if (operator === '|' && (support(a) & support(b)) !== 0) return undefined
  // The same bit of the same mark twice cancels out.
  return { packet: a.packet ^ b.packet, connection: a.connection ^ b.connection, xor: a.xor ^ b.xor }
}

function readBits(value: Json | undefined, depth = 0): Bits | undefined {
  if (depth > 32) return undefined
  if (typeof value === 'number') return { packet: 0, connection: 0, xor: value | 0 }
  const [name, body] = nameAndBody(value) ?? []
  const key = asText(asObject(body)?.['key'])
  if (name === 'meta' && key === 'mark') return { packet: -1, connection: 0, xor: 0 }
  if (name === 'ct' && key === 'mark') return { packet: 0, connection: -1, xor: 0 }
  if (name !== '&' && name !== '|' && name !== '^') return undefined
  let bits: Bits | undefined
  for (const [i, part] of asArray(body).entries()) {
    const read = readBits(part, depth + 1)
    if (!read) return undefined
    bits = i === 0 || !bits ? read : combine(name, bits, read)
    if (!bits) return undefined
  }
  return bits
}

/**
 * `meta mark set …` or `ct mark set …` as mark statements; undefined where the value is more than bit arithmetic on the marks
 * (a map, numgen).
 */
export function readMarkChange(target: 'mark' | 'ct-mark', value: Json | undefined): Statement[] | undefined {
  const bits = readBits(value)
  if (!bits) return undefined
  const [own, other] = target === 'mark' ? [bits.packet, bits.connection] : [bits.connection, bits.packet]
  const set = bits.xor >>> 0
  if (other === 0) return [{ do: target, clear: ~own >>> 0, set }]
  const copy: Statement =
    target === 'mark'
      ? { do: 'restore-mark', nfmask: ~own >>> 0, ctmask: other >>> 0 }
      : { do: 'save-mark', ctmask: ~own >>> 0, nfmask: other >>> 0 }
  return set === 0 ? [copy] : [copy, { do: target, clear: 0, set }]
}
