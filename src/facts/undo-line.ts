import type { Family } from '../model.ts'
import type { Chain, Table } from '../parse/rule.ts'
import { tableName } from '../walk/chain.ts'
import type { NodeState, Part, World } from '../walk/world.ts'

/** The command that takes a rule away: -D with the rule's own words for iptables, the handle for nft. `table` as commands name it. */
export function undoRule(path: string, table: string, chain: string, text: string): string | undefined {
  const command = iptablesCommand(path)
  if (command) {
    const words = text.replace(/^\[\d+:\d+\] /, '').replace(/^-A /, '-D ')
    return `${command}${table === 'filter' ? '' : ` -t ${table}`} ${words}`
  }
  const handle = text.match(/"handle": ?(\d+)/)?.[1]
  return handle && `nft delete rule ${table} '${chain}' handle ${handle}`
}

/** The command that sets a base chain's policy to accept. */
export function acceptPolicy(path: string, table: string, chain: string): string {
  const command = iptablesCommand(path)
  return command
    ? `${command}${table === 'filter' ? '' : ` -t ${table}`} -P ${chain} ACCEPT`
    : `nft chain ${table} '${chain}' '{ policy accept; }'`
}

function iptablesCommand(path: string): string | undefined {
  const six = path.includes('ip6tables')
  if (!six && !path.includes('iptables')) return undefined
  return `${six ? 'ip6tables' : 'iptables'}${path.includes('legacy') ? '-legacy' : ''}`
}

/** What a line of a node's state is, in words, and the commands that take it away. */
export interface Undo {
  what: string
  commands: string[]
}

/** How to take one line of a node's state away; undefined where no such line was read. */
export function undoLine(world: World, node: string, path: string, line: number): Undo | undefined {
  const state = world.nodes.get(node)
  if (!state) return undefined
  const on = `# on ${node}:`
  const done = (what: string, command: string) => ({ what, commands: [on, command] })
  const at = <T extends { line: number }>(part: Part<T[]>) =>
    'value' in part ? part.value.find((one) => one.line === line) : undefined
  const six = path.endsWith('6.jsonl') ? ' -6' : ''
  // both families stand in one list, and each has a file of its own
  const ofFamily = <T extends { line: number; family: Family }>(part: Part<T[]>) =>
    'value' in part ? part.value.find((one) => one.line === line && (one.family === 6) === (six !== '')) : undefined
  switch (path.slice(path.lastIndexOf('/') + 1).replace(/6?\.jsonl$/, '')) {
    case 'rules': {
      const rule = ofFamily(state.rules)
      const words = rule && [
        ...(rule.not ? ['not'] : []),
        ...(rule.from ? ['from', rule.from] : []),
        ...(rule.to ? ['to', rule.to] : []),
        ...(rule.iif ? ['iif', rule.iif] : []),
        ...(rule.mark ? ['fwmark', `0x${rule.mark.value.toString(16)}/0x${rule.mark.mask.toString(16)}`] : []),
        ...(rule.action ? [rule.action] : rule.table ? ['table', rule.table] : []),
      ]
      return words && done('a routing rule', `ip${six} rule del priority ${rule.priority} ${words.join(' ')}`)
    }
    case 'routes': {
      const route = ofFamily(state.routes)
      if (!route) return undefined
      const words = [
        ...(route.type === 'unicast' ? [] : [route.type]),
        route.destination,
        ...(route.gateway ? ['via', route.gateway] : []),
        ...(route.dev ? ['dev', route.dev] : []),
        ...(route.table === 'main' ? [] : ['table', route.table]),
      ]
      return done('a route', `ip${six} route del ${words.join(' ')}`)
    }
    case 'neighbours': {
      const entry = at(state.neighbours)
      return entry && done('an entry of the neighbour table', `ip neigh del ${entry.address} dev ${entry.dev}`)
    }
    case 'fdb': {
      const entry = at(state.fdb)
      const dst = entry?.dst ? ` dst ${entry.dst}` : ''
      return entry && done('a forwarding entry', `bridge fdb del ${entry.mac} dev ${entry.dev}${dst}`)
    }
    default: {
      const place = ruleAt(state, path, line)
      const command = place && undoRule(path, tableName(place.table), place.chain.name, place.raw)
      return command
        ? done(`a rule (chain ${place.chain.name} of table ${tableName(place.table)})`, command)
        : undefined
    }
  }
}

function ruleAt(state: NodeState, path: string, line: number): { table: Table; chain: Chain; raw: string } | undefined {
  for (const table of state.ruleSet.tables) {
    if (table.path !== path) continue
    for (const chain of table.chains.values()) {
      const rule = chain.rules.find((one) => one.line === line)
      if (rule) return { table, chain, raw: rule.raw }
    }
  }
  return undefined
}
