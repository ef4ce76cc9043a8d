/** Address arithmetic: texts in, texts and booleans out. Canonical text is what iproute2 prints (RFC 5952 for IPv6). Imports nothing but nouns. */
import type { Family } from './model.ts'

/** A CIDR taken apart. `bits` is the base address as a number, `length` the prefix length. */
interface Cidr {
  family: Family
  bits: bigint
  length: number
}

/** The 32 bits of a dotted quad, or -1 if `text` is none (no leading zeros, no short forms). */
function bits4(text: string): number {
  let value = 0
  let part = -1
  let dots = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 46) {
      if (part < 0) return -1
      value = value * 256 + part
      part = -1
      dots++
    } else if (code >= 48 && code <= 57) {
      if (part === 0) return -1
      part = (part < 0 ? 0 : part * 10) + code - 48
      if (part > 255) return -1
    } else return -1
  }
  return dots === 3 && part >= 0 ? value * 256 + part : -1
}

/** The 128 bits of an IPv6 address, or undefined if `text` is none. A zone (`%eth0`) is not part of an address. */
function bits6(text: string): bigint | undefined {
  if (!text.includes(':')) return undefined
  let body = text
  const tail = body.slice(body.lastIndexOf(':') + 1)
  if (tail.includes('.')) {
    const quad = bits4(tail)
    if (quad < 0) return undefined
    body = body.slice(0, -tail.length) + (quad >>> 16).toString(16) + ':' + (quad % 65536).toString(16)
  }
  const halves = body.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  const [head = [], rest = []] = groups
  const missing = 8 - head.length - rest.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined
  let value = 0n
  for (const group of [...head, ...Array<string>(Math.max(missing, 0)).fill('0'), ...rest]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined
    value = (value << 16n) | BigInt(Number.parseInt(group, 16))
  }
  return value
}

function text4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`
}

function text6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(112 - 16 * at)) & 0xffffn))
  if (value >> 32n === 0xffffn) return '::ffff:' + text4(Number(value & 0xffffffffn))
  let start = -1
  let length = 1
  for (let at = 0; at < 8; at++) {
    let end = at
    while (end < 8 && groups[end] === 0) end++
    if (end - at > length) {
      start = at
      length = end - at
    }
    at = Math.max(at, end - 1)
  }
  const hex = groups.map((group) => group.toString(16))
  return start < 0 ? hex.join(':') : hex.slice(0, start).join(':') + '::' + hex.slice(start + length).join(':')
}

function textOf(family: Family, bits: bigint): string {
  return family === 4 ? text4(Number(bits)) : text6(bits)
}

/** Family of an address or CIDR text; undefined if it is neither. */
export function familyOf(text: string): Family | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  if (bits4(address) >= 0) return 4
  return bits6(address) === undefined ? undefined : 6
}

/** Address as one number: 32 bits for IPv4, 128 for IPv6; undefined if `text` is no address. */
export function addressBits(text: string): bigint | undefined {
  const quad = bits4(text)
  return quad >= 0 ? BigInt(quad) : bits6(text)
}

/** Text of an address given as a number of its family. */
export function addressText(family: Family, bits: bigint): string {
  return textOf(family, bits)
}

/** Canonical text of an address; undefined if `text` is none. */
export function canonicalAddress(text: string): string | undefined {
  if (bits4(text) >= 0) return text
  const bits = bits6(text)
  return bits === undefined ? undefined : text6(bits)
}

function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const quad = bits4(address)
  const bits = quad >= 0 ? BigInt(quad) : bits6(address)
  if (bits === undefined) return undefined
  const family = quad >= 0 ? 4 : 6
  const most = family === 4 ? 32 : 128
  const length = slash < 0 ? most : lengthOf(family, text.slice(slash + 1))
  return length >= 0 && length <= most ? { family, bits, length } : undefined
}

/** `24`, or a netmask such as `255.255.255.0` or `ffff:ffff::`; -1 if neither. */
function lengthOf(family: Family, text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text)
  const mask = addressBits(text)
  if (mask === undefined) return -1
  const most = family === 4 ? 32 : 128
  const ones = mask.toString(2).padStart(most, '0')
  return /^1*0*$/.test(ones) ? ones.replaceAll('0', '').length : -1
}

function baseOf({ family, bits, length }: Cidr): bigint {
  const shift = BigInt((family === 4 ? 32 : 128) - length)
  return (bits >> shift) << shift
}

/** Canonical text of a CIDR with its host bits cleared (`10.1.2.3/8` → `10.0.0.0/8`); an address alone gets its full length. */
export function canonicalCidr(text: string): string | undefined {
  const cidr = parseCidr(text)
  return cidr && `${textOf(cidr.family, baseOf(cidr))}/${cidr.length}`
}

/** Prefix length of a CIDR text; a plain address counts as full length; -1 if it is neither. */
export function prefixLength(cidr: string): number {
  return parseCidr(cidr)?.length ?? -1
}

/** Whether `address` lies in `cidr` (a plain address is a CIDR of full length). False across families and for texts that are none. */
export function contains(cidr: string, address: string): boolean {
  const quad = bits4(address)
  if (quad >= 0) {
    const slash = cidr.indexOf('/')
    const base = bits4(slash < 0 ? cidr : cidr.slice(0, slash))
    if (base < 0) return false
    const length = slash < 0 ? 32 : lengthOf(4, cidr.slice(slash + 1))
    if (length <= 0) return length === 0
    return length <= 32 && (quad ^ base) >>> (32 - length) === 0
  }
  const bits = bits6(address)
  const parsed = bits === undefined ? undefined : parseCidr(cidr)
  if (bits === undefined || parsed?.family !== 6) return false
  return (bits ^ parsed.bits) >> BigInt(128 - parsed.length) === 0n
}

/** Whether two CIDRs share an address. */
export function overlaps(one: string, other: string): boolean {
  const a = parseCidr(one)
  const b = parseCidr(other)
  if (!a || !b || a.family !== b.family) return false
  const shift = BigInt((a.family === 4 ? 32 : 128) - Math.min(a.length, b.length))
  return a.bits >> shift === b.bits >> shift
}

/** Order of two addresses: IPv4 before IPv6, then by number; texts that are no addresses come last, by text. */
export function compareAddresses(one: string, other: string): number {
  const a = addressBits(one)
  const b = addressBits(other)
  if (a === undefined || b === undefined)
    return a === b ? (one < other ? -1 : Number(one > other)) : a === undefined ? 1 : -1
  const families = (familyOf(one) ?? 0) - (familyOf(other) ?? 0)
  return families !== 0 ? families : a < b ? -1 : Number(a > b)
}

/** Whether `address` lies between two addresses of its own family, both included. */
export function inRange(address: string, first: string, last: string): boolean {
  const family = familyOf(address)
  if (family === undefined || familyOf(first) !== family || familyOf(last) !== family) return false
  return compareAddresses(address, first) >= 0 && compareAddresses(address, last) <= 0
}

/** First and last address of a CIDR; undefined if `text` is none. */
export function cidrRange(text: string): [string, string] | undefined {
  const cidr = parseCidr(text)
  if (!cidr) return undefined
  const base = baseOf(cidr)
  const size = 1n << BigInt((cidr.family === 4 ? 32 : 128) - cidr.length)
  return [textOf(cidr.family, base), textOf(cidr.family, base + size - 1n)]
}

/** Whether an address is one that never leaves a host (127.0.0.0/8, ::1). */
export function isLoopback(address: string): boolean {
  return contains('127.0.0.0/8', address) || canonicalAddress(address) === '::1'
}
