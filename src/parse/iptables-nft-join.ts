import { isBuiltIn } from './nft-tables.ts'
import type { Chain, NftRuleSet, Rule, RuleSet, Table } from './rule.ts'
import { withLazyRules } from './rule-runs.ts'

/** nft prints an extension of iptables with its name only; a rule without one is printed in full. */
const hasExtension = (rule: Rule): boolean => rule.raw.includes('{"xt":')

/**
 * Rules as iptables-save prints them, with the statements that nft prints where it prints a rule in full: iptables-save 1.8.9 leaves
 * set lookups out (`tcp dport { 80, 90 } accept`, added with nft, comes out as `-p tcp -j ACCEPT`).
 */
function joinRules(rules: Rule[], native: Rule[]): Rule[] {
  // The dumps are taken one after the other: after a change between them nothing says which rule is which.
  if (native.length !== rules.length) return rules
  return rules.map((rule, i) => {
    const other = native[i]
    return !other || hasExtension(other) ? rule : { ...rule, statements: other.statements }
  })
}

function joinTable(table: Table, native: Table): Table {
  const chains = new Map<string, Chain>()
  for (const [name, chain] of table.chains) {
    const other = native.chains.get(name)
    chains.set(name, other ? withLazyRules(chain, () => joinRules(chain.rules, other.rules)) : chain)
  }
  return { ...table, chains, sets: native.sets }
}

/** What iptables-save does not show of a table that it shows: base chains made with nft, and what these jump to. */
function foreignPart(native: Table): Table | undefined {
  const foreign = [...native.chains.values()].filter((chain) => chain.base && !isBuiltIn(native, chain))
  if (foreign.length === 0) return undefined
  const chains = new Map(native.chains)
  for (const chain of native.chains.values()) {
    const { name, line } = chain
    if (!foreign.includes(chain))
      chains.set(
        name,
        withLazyRules({ name, line }, () => chain.rules),
      )
  }
  return { ...native, chains }
}

/**
 * The rules of one node from all of its dumps. A table that both iptables-save (nft backend) and nft show is one table of the kernel:
 * its text is iptables-save's, its meaning what either says in full. What iptables-save cannot show is nft's. Tables of nf_tables stand
 * in the order that nft lists them in, which is that of their making: among base chains of one priority it decides who comes first.
 */
export function joinIptablesNft(dumps: RuleSet[], nft: NftRuleSet): RuleSet {
  const natives = new Map(nft.tables.map((table) => [`${table.family} ${table.name}`, table]))
  const shown = new Set<string>()
  const tables: Table[] = []
  for (const table of dumps.flatMap((dump) => dump.tables)) {
    const key = `${table.family} ${table.name}`
    const native = table.backend === 'iptables-nft' && nft.ownedByIptables.includes(key) ? natives.get(key) : undefined
    if (native) shown.add(key)
    tables.push(native ? joinTable(table, native) : table)
  }
  for (const [key, native] of natives) {
    const rest = shown.has(key) ? foreignPart(native) : native
    if (rest) tables.push(rest)
  }
  const made = new Map([...natives.keys()].map((key, at) => [key, at]))
  const age = (table: Table) =>
    table.backend === 'iptables-legacy' ? -1 : (made.get(`${table.family} ${table.name}`) ?? -1)
  tables.sort((a, b) => age(a) - age(b))
  const unread = dumps.flatMap((dump) => dump.unread).filter((one) => !one.seenByNft)
  return { tables, unread: [...unread, ...nft.unread] }
}
