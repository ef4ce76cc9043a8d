import type { Fault } from '../model.ts'
import type { World } from '../walk/world.ts'
import { coursesFact } from './courses.ts'
import { proxyTable } from './drift.ts'
import { guiltOf } from './guilt.ts'
import type { ProxyCase, ProxyFacts } from './proxy-fault.ts'

/**
 * Base chains of two tables with one priority run newest first (nf_hook_entries_grow), and no dump says when a chain was made. So where
 * the probes fail as the left-over rules alone would make them, these are what runs first: likely, since the order was not read.
 */
export function leftoversGuilt(
  facts: ProxyFacts,
  c: ProxyCase,
  left: 'iptables' | 'nftables' | 'IPVS',
): Pick<Fault, 'explains' | 'unsure'> {
  if (c.explains.length > 0 || left === 'IPVS') return { explains: c.explains }
  const state = facts.world.nodes.get(c.node)!
  const present = proxyTable(state, 'ip', left === 'iptables')
  const tables = state.ruleSet.tables.filter((table) => table !== present)
  const nodes = new Map(facts.world.nodes).set(c.node, { ...state, ruleSet: { ...state.ruleSet, tables } })
  const world: World = { ...facts.world, nodes }
  const explains = guiltOf({ world, cells: facts.cells, courses: coursesFact(world, facts.cells) }, c.change)
  const unsure = 'which rules come first cannot be read, but the probes fail as these alone would make them fail'
  return { explains, ...(explains.length > 0 && { unsure }) }
}
