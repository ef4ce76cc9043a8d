export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json | undefined
}

export const asObject = (value: Json | undefined): JsonObject | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined

export const asText = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined)

export const asNumber = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined)

/** nft prints one flag or argument as itself and several as an array, older versions always as an array. */
export const asArray = (value: Json | undefined): Json[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]

/** Statements and expressions are objects with one key, their name; undefined for anything else. */
export function nameAndBody(value: Json | undefined): [name: string, body: Json] | undefined {
  const object = asObject(value)
  let name: string | undefined
  for (const key in object) {
    if (name !== undefined) return undefined
    name = key
  }
  return name === undefined ? undefined : [name, object?.[name] ?? null]
}

/** Nested deeper than any rule that nft writes: not worth the stack. */
const MOST_LEVELS = 60

function tooDeep(raw: string): boolean {
  if (raw.length < 1000) return false
  let level = 0
  for (let i = 0; i < raw.length; i++) {
    // `[` and `{` differ by the bit 32 alone, as do `]` and `}`.
    const code = raw.charCodeAt(i) | 32
    if (code === 123 && ++level > MOST_LEVELS) return true
    if (code === 125) level--
  }
  return false
}

/** JSON of a line; undefined if it is none or nested without end. */
export function parseJson(raw: string): Json | undefined {
  if (tooDeep(raw)) return undefined
  try {
    return JSON.parse(raw) as Json
  } catch {
    return undefined
  }
}
