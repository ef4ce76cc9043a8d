import type { Chain, Rule, RuleSet, Table, Verdict } from '../parse/rule.ts'

/** Chains that the kubelet owns, whoever routes the Services. */
const KUBELET = new Set(['KUBE-FIREWALL', 'KUBE-KUBELET-CANARY', 'KUBE-IPTABLES-HINT'])

/** The rule set without the rule on this line. */
export function deleteRule(ruleSet: RuleSet, path: string, line: number): RuleSet {
  return mapTables(ruleSet, (table) => {
    if (table.path !== path) return table
    return mapChains(table, (chain) => {
      const rules = chain.rules.filter((rule) => rule.line !== line)
      return rules.length === chain.rules.length ? chain : withRules(chain, rules)
    })
  })
}

/** The rule set in which one rule accepts what it matches instead of ending it. */
export function acceptRule(ruleSet: RuleSet, path: string, line: number): RuleSet {
  return mapTables(ruleSet, (table) => {
    if (table.path !== path) return table
    return mapChains(table, (chain) => {
      if (!chain.rules.some((rule) => rule.line === line)) return chain
      const accepting = (rule: Rule): Rule => ({
        ...rule,
        statements: [
          ...rule.statements.filter((s) => s.do !== 'verdict' && s.do !== 'reject' && s.do !== 'vmap'),
          { do: 'verdict', verdict: { verdict: 'accept' } },
        ],
      })
      return withRules(
        chain,
        chain.rules.map((rule) => (rule.line === line ? accepting(rule) : rule)),
      )
    })
  })
}

/** The rule set with the policy of one base chain changed. */
export function setPolicy(
  ruleSet: RuleSet,
  { path, chain, line, policy }: { path: string; chain: string; line: number; policy: 'accept' },
): RuleSet {
  return mapTables(ruleSet, (table) => {
    if (table.path !== path) return table
    return mapChains(table, (one) =>
      one.name === chain && one.line === line && one.base
        ? { ...withRules(one, one.rules), base: { ...one.base, policy } }
        : one,
    )
  })
}

/**
 * The rule set with all that kube-proxy owns replaced by what it must be: its chains and the jumps to them in iptables' tables of every
 * backend, and its own nft tables, of the families that the new tables are of. The new jumps stand first in their base chains.
 */
export function replaceRules(ruleSet: RuleSet, wanted: RuleSet): RuleSet {
  const families = new Set(wanted.tables.map((table) => table.family))
  const cleaned = ruleSet.tables
    .filter((table) => !(families.has(table.family) && table.backend === 'nft' && table.name === 'kube-proxy'))
    .map((table) => (families.has(table.family) && table.backend !== 'nft' ? withoutProxy(table) : table))
  const same = (one: Table) => (other: Table) =>
    one.family === other.family && one.name === other.name && one.backend === other.backend
  const merged = cleaned.map((table) => {
    const more = wanted.tables.find(same(table))
    return more ? merge(table, more) : table
  })
  const added = wanted.tables.filter((table) => !cleaned.some(same(table)))
  return { ...ruleSet, tables: [...merged, ...added] }
}

function withoutProxy(table: Table): Table {
  const isProxy = (name: string) => name.startsWith('KUBE-') && !KUBELET.has(name)
  const chains = new Map<string, Chain>()
  for (const [name, chain] of table.chains) {
    if (isProxy(name)) continue
    const rules = chain.rules.filter((rule) => !isProxy(jumpOf(rule) ?? ''))
    chains.set(name, rules.length === chain.rules.length ? chain : withRules(chain, rules))
  }
  return { ...table, chains }
}

function jumpOf(rule: Rule): string | undefined {
  const verdicts = rule.statements.filter((s) => s.do === 'verdict').map((s): Verdict => s.verdict)
  const jump = verdicts.find((verdict) => verdict.verdict === 'jump' || verdict.verdict === 'goto')
  return jump && 'chain' in jump ? jump.chain : undefined
}

function merge(table: Table, more: Table): Table {
  const chains = new Map(table.chains)
  for (const [name, chain] of more.chains) {
    const known = chains.get(name)
    chains.set(name, known?.base ? withRules(known, [...chain.rules, ...known.rules]) : chain)
  }
  return { ...table, chains, sets: new Map([...table.sets, ...more.sets]) }
}

function mapTables(ruleSet: RuleSet, change: (table: Table) => Table): RuleSet {
  return { ...ruleSet, tables: ruleSet.tables.map(change) }
}

function mapChains(table: Table, change: (chain: Chain) => Chain): Table {
  const chains = new Map<string, Chain>()
  for (const [name, chain] of table.chains) chains.set(name, change(chain))
  return { ...table, chains }
}

/** A chain's rules may be read lazily from its text, so a chain is never copied by spreading it. */
function withRules({ name, line, base }: Chain, rules: Rule[]): Chain {
  return { name, line, rules, ...(base ? { base } : {}) }
}
