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
  if (!object) return undefined
  const [entry, more] = Object.entries(object)
  return entry && !more ? [entry[0], entry[1] ?? null] : undefined
}
