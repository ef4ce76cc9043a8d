import type { Bundle } from '../../model.ts'

/** An API answer of the bundle as an object, or nothing where it is missing or unreadable: planning asks less then, it does not fail. */
export function known<T>(bundle: Bundle, path: string): T | undefined {
  const evidence = bundle.evidence.get(path)
  if (evidence === undefined || evidence.trouble || evidence.output === '') return undefined
  try {
    return JSON.parse(evidence.output) as T
  } catch {
    return undefined
  }
}

/** The items of a list in the bundle; empty where it is missing. */
export function knownItems<T>(bundle: Bundle, path: string): T[] {
  return known<{ items?: T[] }>(bundle, path)?.items ?? []
}
