import type { Read } from './host.ts'
import { type LineReading, type Parsed, readLines } from './lines.ts'

/** Typed access to the properties of one JSON object; only its own properties count, so no name can reach a prototype. */
export interface Fields {
  keys: string[]
  /** Present, whatever the value; iproute2 writes flags as `null` or `true`. */
  has(key: string): boolean
  /** A string that is not empty. */
  text(key: string): string | undefined
  /** A whole number ≥ 0, also when written as text (`"200"`, `"0x4000"`). */
  whole(key: string): number | undefined
  /** True for `true`, 1 and `null`. */
  flag(key: string): boolean
  /** The strings of an array. */
  texts(key: string): string[]
  /** The objects of an array. */
  list(key: string): Fields[]
  inner(key: string): Fields | undefined
}

/**
 * Reads JSON as iproute2 gives it, one object a line; a line that holds a whole array is read object by object.
 * Empty objects (older iproute2 prints them for what it filtered out) hold nothing.
 */
export function readObjects<T>(text: string, read: (object: Fields, at: Read) => LineReading<T>): Parsed<T> {
  return readLines(text, (at) => {
    let value: unknown
    try {
      value = JSON.parse(at.raw)
    } catch {
      return 'not JSON'
    }
    if (!Array.isArray(value)) return readOne(value, at, read)
    const items: T[] = []
    for (const element of value) {
      const reading = readOne(element, at, read)
      if (typeof reading === 'string') return reading
      for (const item of reading) items.push(item)
    }
    return items
  })
}

function readOne<T>(value: unknown, at: Read, read: (object: Fields, at: Read) => LineReading<T>): LineReading<T> {
  if (!isObject(value)) return 'not a JSON object'
  const object = fieldsOf(value)
  return object.keys.length === 0 ? [] : read(object, at)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fieldsOf(object: Record<string, unknown>): Fields {
  const value = (key: string) => (Object.hasOwn(object, key) ? object[key] : undefined)
  const array = (key: string) => {
    const list = value(key)
    return Array.isArray(list) ? (list as unknown[]) : []
  }
  return {
    keys: Object.keys(object),
    has: (key) => Object.hasOwn(object, key),
    text: (key) => {
      const text = value(key)
      return typeof text === 'string' && text !== '' ? text : undefined
    },
    whole: (key) => wholeNumber(value(key)),
    flag: (key) => [true, 1, null].includes(value(key) as true),
    texts: (key) => array(key).filter((element) => typeof element === 'string'),
    list: (key) => array(key).filter(isObject).map(fieldsOf),
    inner: (key) => {
      const inner = value(key)
      return isObject(inner) ? fieldsOf(inner) : undefined
    },
  }
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^(0x[0-9a-f]{1,12}|\d{1,15})$/i.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}
