import type { NodeFacts } from './node-facts.ts'

export type Deviation = { section: string; extra: string[]; missing: string[] }

/**
 * What a node has now and had not when healthy, and the other way round, by section; empty if nothing differs. Only
 * sections that were looked at when it was healthy can be judged.
 */
export function compareFacts(healthy: NodeFacts, now: NodeFacts): Deviation[] {
  return Object.entries(healthy).flatMap(([section, facts]) => {
    const extra = without(now[section] ?? [], facts)
    const missing = without(facts, now[section] ?? [])
    return extra.length + missing.length > 0 ? [{ section, extra, missing }] : []
  })
}

/** The items of `all` that are left when each of `taken` takes one equal item away. */
function without(all: readonly string[], taken: readonly string[]): string[] {
  const counts = new Map<string, number>()
  for (const item of taken) counts.set(item, (counts.get(item) ?? 0) + 1)
  return all.filter((item) => {
    const count = counts.get(item) ?? 0
    if (count > 0) counts.set(item, count - 1)
    return count === 0
  })
}
