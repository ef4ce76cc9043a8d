import type { Item } from './config.ts'

/**
 * In every fourth configuration the tables of nft are there before all chains, in the other order: then the table that a dump lists last
 * is not the one whose chains were made last.
 */
export const isTurned = (seed: number): boolean => seed % 4 === 0

const isTable = (item: Item): boolean => 'nft' in item && item.nft.startsWith('add table ')

/** The same rules with the tables made first, the last one first. */
export function turnTables(rules: Item[]): Item[] {
  return [...rules.filter(isTable).toReversed(), ...rules.filter((item) => !isTable(item))]
}
