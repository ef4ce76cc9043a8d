import type { Agent } from './agent.ts'
import type { Config, Item, RestoreTool } from './config.ts'

/**
 * Loads items into the agent's namespaces, namespace by namespace. Of the network, the kernel may refuse single items (a route out of a
 * link that is down): what is then there is dumped as it is. Rules must load; else throws with the tool's words.
 */
export async function applyItems(
  agent: Agent,
  config: Config,
  items: Item[],
  paths: Map<string, string>,
): Promise<void> {
  for (const ns of config.spaces) {
    const own = items.filter((item) => item.ns === ns)
    const script = toScript(own, paths)
    if (script !== '') {
      const { code, output } = await agent.run(ns, script)
      if (code !== 0) throw new Error(`${ns}: loading stopped with ${code}: ${output.trim()}`)
    }
    for (const item of own)
      if ('listen' in item) agent.listen(ns, item.listen, item.address, item.port, item.v6only === true)
  }
}

/** What a group of neighbouring items is fed to; undefined for items that need no program. */
function feeder(item: Item): string | undefined {
  if ('ip' in item) return item.ip.startsWith('-6 ') ? 'ip -6 -force -batch -' : 'ip -force -batch -'
  if ('bridge' in item) return 'bridge -force -batch -'
  if ('ipset' in item) return 'ipset restore'
  if ('rule' in item) return `${item.tool}-restore --noflush`
  if ('nft' in item) return 'nft -f -'
  if ('sysctl' in item) return 'sysctl'
  return undefined
}

function toScript(items: Item[], paths: Map<string, string>): string {
  const out: string[] = []
  for (let i = 0; i < items.length; ) {
    const tool = feeder(items[i] as Item)
    let end = i + 1
    while (end < items.length && feeder(items[end] as Item) === tool) end++
    const group = items.slice(i, end)
    i = end
    if (tool === undefined) continue
    if (tool === 'sysctl')
      for (const item of group) {
        if ('sysctl' in item) out.push(`echo ${item.value} >/proc/sys/${item.sysctl}`)
      }
    else if (tool.endsWith('-force -batch -')) out.push(`${tool} <<'END'`, ...lines(group, paths), 'END')
    else out.push(`${tool} <<'END' || exit 9`, ...lines(group, paths), 'END')
  }
  return out.length > 0 ? `${out.join('\n')}\ntrue` : ''
}

function lines(group: Item[], paths: Map<string, string>): string[] {
  const first = group[0] as Item
  if ('rule' in first) return restoreText(group as (Item & { rule: string; table: string; tool: RestoreTool })[])
  return group.map((item) => {
    if ('ip' in item) return item.ip.replace(/^-6 /, '').replace(/@(\w+)/g, (_, ns: string) => paths.get(ns) ?? ns)
    if ('bridge' in item) return item.bridge
    if ('ipset' in item) return item.ipset
    return 'nft' in item ? item.nft : ''
  })
}

/** iptables-restore wants one block a table, chains declared before rules. */
function restoreText(rules: { rule: string; table: string }[]): string[] {
  const out: string[] = []
  for (const table of new Set(rules.map((r) => r.table))) {
    const own = rules.filter((r) => r.table === table).map((r) => r.rule)
    out.push(`*${table}`, ...own.filter((r) => r.startsWith(':')), ...own.filter((r) => !r.startsWith(':')), 'COMMIT')
  }
  return out
}
