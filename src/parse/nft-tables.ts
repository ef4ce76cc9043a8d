import { basesOf } from './iptables-save-bases.ts'
import type { JsonObject } from './nft-json.ts'
import { asArray, asNumber, asObject, asText, parseJson } from './nft-json.ts'
import { readNamedSet } from './nft-sets.ts'
import type { NftTable } from './nft-statements.ts'
import type { Chain, Hook, Rule, Table } from './rule.ts'
import type { RuleSource } from './rule-runs.ts'

/** A table while its lines are collected. */
export interface Building {
  table: Table
  rules: RuleSource
  /** Objects that statements name: `limit l1`, `quota q1`, `flowtable f1`. */
  objects: Map<string, JsonObject>
  /** Whether it has a set with a size and no time-out: rules may write to it. */
  sized: boolean
}

const families = new Set(['ip', 'ip6', 'inet', 'bridge', 'arp', 'netdev'])
const hooks = new Set(['prerouting', 'input', 'forward', 'output', 'postrouting', 'ingress', 'egress'])

export const tableKey = (object: JsonObject, name: 'name' | 'table'): string =>
  `${asText(object['family'])} ${asText(object[name])}`

/** An empty table for `{"table": …}`; undefined for a family not known. Flags are the caller's business. */
export function newTable(
  object: JsonObject,
  path: string,
  text: string,
  read: (raw: string, line: number, context: NftTable) => Rule,
): Building | undefined {
  const family = asText(object['family']) ?? ''
  const name = asText(object['name'])
  if (!families.has(family) || name === undefined) return undefined
  const table: Table = {
    family: family as Table['family'],
    name,
    backend: 'nft',
    chains: new Map(),
    sets: new Map(),
    path,
  }
  const objects = new Map<string, JsonObject>()
  const context: NftTable = {
    family: table.family,
    isTupleMap: (set) => (table.sets.get(set)?.type.split(' : ')[1] ?? '').includes(' . '),
    isOver: (kind, object) => objects.get(`${kind} ${object}`)?.['inv'] === true,
    isOffloaded: (flowtable) => asArray(objects.get(`flowtable ${flowtable}`)?.['flags']).includes('offload'),
    seen: new Map(),
  }
  return {
    table,
    rules: { text, read: (start, end, line) => read(text.slice(start, end), line, context) },
    objects,
    sized: false,
  }
}

/** Base of `{"chain": …}`: null for a chain that is no base chain, undefined if its hook, type or priority is not understood. */
export function readBase(object: JsonObject): Chain['base'] | null {
  if (object['hook'] === undefined) return null
  const hook = asText(object['hook']) ?? ''
  const type = asText(object['type']) ?? ''
  const priority = asNumber(object['prio'])
  if (!hooks.has(hook) || !['filter', 'nat', 'route'].includes(type) || priority === undefined) return undefined
  const devices = asArray(object['dev']).flatMap((device) => asText(device) ?? [])
  return {
    hook: hook as Hook,
    type: type as 'filter' | 'nat' | 'route',
    priority,
    policy: object['policy'] === 'drop' ? 'drop' : 'accept',
    ...(devices.length > 0 && { devices }),
  }
}

const iptablesTables = new Set(['filter', 'nat', 'mangle', 'raw', 'security'])

/**
 * Whether iptables-nft shows the table: one of its names, unless all that is hooked in was made with nft. (The chains of a table that
 * has only canaries are hooked in nowhere.)
 */
export function isOfIptables(table: Table): boolean {
  if ((table.family !== 'ip' && table.family !== 'ip6') || !iptablesTables.has(table.name)) return false
  const bases = [...table.chains.values()].filter((chain) => chain.base)
  return bases.length === 0 || bases.some((chain) => isBuiltIn(table, chain))
}

/** Whether iptables-nft made the chain: a built-in name, hooked in where the kernel's iptables does it. */
export function isBuiltIn(table: Table, chain: Chain): boolean {
  const expected = basesOf(table.name, chain.name)
  return expected?.hook === chain.base?.hook && expected !== undefined && expected.priority === chain.base?.priority
}

const ELEMENTS = ',"elem":['

/** Adds `{"set": …}` or `{"map": …}` from its raw line; its elements are parsed when they are first asked for. False if not understood. */
export function addSet(building: Building, raw: string, line: number, object: JsonObject): boolean {
  const elementsOf = (): JsonObject | undefined => {
    const whole = asObject(parseJson(raw))
    return asObject(whole?.['set'] ?? whole?.['map'])
  }
  const set = readNamedSet(object, line, object['elem'] === undefined ? elementsOf : () => object)
  if (set) building.table.sets.set(set.name, set)
  if (set && object['size'] !== undefined && !set.dynamic) building.sized = true
  return set !== undefined
}

/** The line of a set without its elements, so that a megabyte of them need not be parsed to know the set's type. */
export function withoutElements(raw: string): string | undefined {
  if (!/^\{"(set|map)":/.test(raw) || !raw.endsWith('}}')) return undefined
  const start = raw.indexOf(ELEMENTS)
  return start > 0 ? `${raw.slice(0, start)}}}` : undefined
}
