import type { Chain, Hook, Table } from '../parse/rule.ts'
import { placeOf, runChain, tableName } from './chain.ts'
import { confirm, track } from './conntrack.ts'
import type { RuleContext } from './fields.ts'
import { dropped, type Journey, note, unknown } from './journey.ts'
import { inAnyOrder } from './order.ts'
import type { Skb } from './skb.ts'
import { type Manip, settle, translate } from './translate.ts'
import type { NodeState } from './world.ts'

/** A base chain and the table that it stands in. */
export interface Station {
  table: Table
  chain: Chain & { base: NonNullable<Chain['base']> }
}

/** Priorities of the kernel's own work among the chains (nf_ip_hook_priorities). */
const CONNTRACK = -200
const NAT: Record<Manip, number> = { destination: -100, source: 100 }

/** Which side a hook translates (HOOK2MANIP); FORWARD translates none. */
const MANIP: Partial<Record<Hook, Manip>> = {
  prerouting: 'destination',
  output: 'destination',
  input: 'source',
  postrouting: 'source',
}

/** Work of a hook at its priority. `run` returns true where it has taken the packet away (IPVS), which ends the hook. */
export interface Extra {
  priority: number
  run(): boolean
}

/** What goes with one pass through a hook. */
export interface HookOptions {
  /** Next hop by which the packet leaves. */
  gateway?: string | undefined
  extras?: Extra[]
  /** Looks for a route anew; called within the hook, right behind what changed the destination or the mark (ip_route_me_harder). */
  reroute?: () => void
}

/**
 * Walks the packet through one hook of a node: every base chain of every table and backend by priority, connection tracking and
 * translation in their places among them. Ends the walk where a chain drops or rejects the packet. Returns whether an extra took the
 * packet out of the hook.
 */
export function runHook(
  j: Journey,
  node: NodeState,
  hook: Hook,
  skb: Skb,
  { gateway, extras = [], reroute }: HookOptions = {},
): boolean {
  mustBeRead(node, hook, skb)
  const all = stations(node, hook, skb.family === 4 ? ['ip', 'inet'] : ['ip6', 'inet'])
  const context = (table: Table): RuleContext => ({
    j,
    node,
    skb,
    hook,
    table,
    ...(gateway === undefined ? {} : { gateway }),
  })
  const work: Extra[] = [...extras]
  const add = (priority: number, act: () => void) => {
    work.push({
      priority,
      run: () => {
        act()
        return false
      },
    })
  }
  const manip = MANIP[hook]
  if (hook === 'prerouting' || hook === 'output') add(CONNTRACK, () => track(j, node, skb))
  const natChains = all.filter(({ chain }) => chain.base.type === 'nat')
  if (manip) {
    add(NAT[manip], () => {
      const { destination } = skb
      runNat(j, node, manip, skb, natChains, context)
      if (skb.destination !== destination) reroute?.()
    })
  }
  const filters = all.filter(({ chain }) => chain.base.type !== 'nat')
  for (const priority of new Set(filters.map(({ chain }) => chain.base.priority))) {
    const group = filters.filter(({ chain }) => chain.base.priority === priority)
    add(priority, () => {
      let marked = false
      const run = (station: Station, dry: boolean) => {
        const mark = skb.mark
        runBase(context(station.table), station)
        if (!dry && station.chain.base.type === 'route' && skb.mark !== mark) marked = true
        return false
      }
      inAnyOrder(j, node, group, skb, run, () => {
        marked = false
      })
      if (marked) reroute?.()
    })
  }
  work.sort((a, b) => a.priority - b.priority)
  for (const { run } of work) {
    if (run()) return true
  }
  if (hook === 'input' || hook === 'postrouting') confirm(j, node, skb)
  return false
}

/** Base chains of a hook in the order of the kernel: by priority, the one registered last first (nf_hook_entries_grow). */
export function stations(node: NodeState, hook: Hook, families: Table['family'][]): Station[] {
  const found: Station[] = []
  for (const table of node.ruleSet.tables) {
    if (!families.includes(table.family)) continue
    for (const chain of table.chains.values()) {
      if (chain.base?.hook === hook) found.push({ table, chain: chain as Station['chain'] })
    }
  }
  return found.toReversed().toSorted((a, b) => a.chain.base.priority - b.chain.base.priority)
}

/** A dump that was not read may hold the rule that decides. */
function mustBeRead(node: NodeState, hook: Hook, skb: Skb): void {
  const missing = node.rulesMissing.find(({ path }) => {
    const file = path.slice(path.lastIndexOf('/') + 1)
    return skb.family === 4 ? !file.startsWith('ip6tables') : !file.startsWith('iptables')
  })
  if (!missing) return
  throw unknown(
    node.name,
    `${node.name}/${hook}`,
    `${missing.path} was not read: ${missing.why}`,
    [{ path: missing.path }],
    skb,
  )
}

/** One base chain: an accept ends only this chain, its end is its policy. */
export function runBase(context: RuleContext, { table, chain }: Station): void {
  if (runChain(context, chain) === 'accept' || chain.base.policy === 'accept') return
  const proof = { path: table.path, line: chain.line }
  const at = placeOf(context, chain)
  throw dropped(context.node.name, at, `policy drop of chain ${chain.name}`, [proof], context.skb, {
    hook: context.hook,
    rule: { ...proof, policy: true, table: tableName(table), chain: chain.name },
  })
}

/**
 * nf_nat_inet_fn: chains of type nat see only the first packet of a connection, and the first of them that settles a translation ends
 * their row; then the packet is rewritten.
 */
function runNat(
  j: Journey,
  node: NodeState,
  manip: Manip,
  skb: Skb,
  chains: Station[],
  context: (table: Table) => RuleContext,
): void {
  const { tracking } = skb
  if (!tracking || tracking === 'untracked') return
  const { connection, direction, related } = tracking
  if (!related && direction === 'original' && !connection.settled[manip]) {
    inAnyOrder(j, node, chains, skb, (station) => {
      runBase(context(station.table), station)
      return connection.settled[manip]
    })
    if (!connection.settled[manip]) settle(connection, manip)
  }
  const before = `${skb.source} ${skb.sport ?? ''} ${skb.destination} ${skb.dport ?? ''}`
  const changed = translate(skb, manip)
  if (changed && direction === 'reply') {
    note(
      j,
      `${node.name}/conntrack`,
      `the answer is translated back: ${before} becomes ${skb.source} ${skb.sport ?? ''} ${skb.destination} ${skb.dport ?? ''}`,
    )
  }
}
