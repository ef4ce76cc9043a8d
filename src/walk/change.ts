import type { IpRule } from '../parse/host.ts'
import { changeLink, changeNeighbour, changeRoutes } from './change-host.ts'
import { acceptRule, deleteRule, replaceRules, setPolicy } from './change-rules.ts'
import type { Change, NodeState, Part, World } from './world.ts'

/**
 * The world with one thing put right. Copies only what changes; the given world stays as it was. A change of a node or part that was not
 * read gives the same world.
 */
export function applyChange(world: World, change: Change): World {
  if (change.change === 'several') return change.changes.reduce(applyChange, world)
  const node = world.nodes.get(change.node)
  if (!node) return world
  const nodes = new Map(world.nodes)
  nodes.set(node.name, changed(node, change))
  return { ...world, nodes }
}

/** A part with its value changed; a missing one stays missing. */
export function mapPart<T>(part: Part<T>, change: (value: T) => T): Part<T> {
  return 'missing' in part ? part : { ...part, value: change(part.value) }
}

function changed(node: NodeState, change: Exclude<Change, { change: 'several' }>): NodeState {
  switch (change.change) {
    case 'delete-rule':
      return { ...node, ruleSet: deleteRule(node.ruleSet, change.path, change.line) }
    case 'accept-rule':
      return { ...node, ruleSet: acceptRule(node.ruleSet, change.path, change.line) }
    case 'set-policy':
      return { ...node, ruleSet: setPolicy(node.ruleSet, change) }
    case 'replace-rules':
      return { ...node, ruleSet: replaceRules(node.ruleSet, change.ruleSet) }
    case 'set-sysctl':
      return { ...node, sysctls: mapPart(node.sysctls, (all) => withSysctl(all, change.key, change.value)) }
    case 'add-route':
    case 'delete-route':
    case 'add-address':
    case 'delete-address':
      return changeRoutes(node, change)
    case 'replace-neighbour':
    case 'replace-fdb':
      return changeNeighbour(node, change)
    case 'set-link':
    case 'add-link':
      return changeLink(node, change)
    case 'forget-line':
      return without(node, change.path, change.line)
    case 'delete-conntrack':
      return { ...node, conntrack: mapPart(node.conntrack, (all) => all.filter((entry) => entry.line !== change.line)) }
  }
}

/** A node without one line of its state; lines of files that hold no such things leave it as it is. */
function without(node: NodeState, path: string, line: number): NodeState {
  const others = <T extends { line: number }>(all: T[]) => all.filter((one) => one.line !== line)
  switch (path.slice(path.lastIndexOf('/') + 1).replace(/6?\.jsonl$/, '')) {
    case 'routes':
      return changed(node, { change: 'delete-route', node: node.name, path, line })
    case 'rules': {
      const own = (rule: IpRule) => (rule.family === 6) === path.endsWith('6.jsonl')
      return { ...node, rules: mapPart(node.rules, (all) => all.filter((rule) => rule.line !== line || !own(rule))) }
    }
    case 'neighbours':
      return { ...node, neighbours: mapPart(node.neighbours, others) }
    case 'fdb':
      return { ...node, fdb: mapPart(node.fdb, others) }
    default:
      return changed(node, { change: 'delete-rule', node: node.name, path, line })
  }
}

type Sysctl = { line: number; raw: string; value: string }

/** The switches that hold for all devices write each device's own (inet_forward_change, addrconf_fixup_forwarding). */
function withSysctl(all: Map<string, Sysctl>, key: string, value: string): Map<string, Sysctl> {
  const next = new Map(all)
  const set = (name: string) => {
    const { line, raw } = all.get(name) ?? { line: 0, raw: `${name} ${value}` }
    next.set(name, { line, raw, value })
  }
  set(key)
  const family = /^net\/(ipv[46])\/(ip_forward|conf\/all\/forwarding)$/.exec(key)?.[1]
  if (!family) return next
  if (family === 'ipv4') set('net/ipv4/ip_forward')
  for (const name of all.keys()) if (new RegExp(`^net/${family}/conf/[^/]+/forwarding$`).test(name)) set(name)
  return next
}
