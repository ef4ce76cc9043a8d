import type { RestoreTool } from './config.ts'
import type { Scene } from './scene.ts'

/** Where a node's rule lines go. */
export interface IptablesSink {
  chain: (table: string, name: string, policy?: string) => void
  rule: (table: string, text: string) => void
}

/** Collects lines for one iptables program on one node; a chain declared twice is declared once. */
export function iptablesSink(scene: Scene, ns: string, tool: RestoreTool): IptablesSink {
  const push = (table: string, rule: string) => {
    const known = scene.rules.some(
      (r) => 'rule' in r && r.ns === ns && r.tool === tool && r.table === table && r.rule === rule,
    )
    if (!known || !rule.startsWith(':')) scene.rules.push({ ns, rule, table, tool })
  }
  return {
    chain: (table, name, policy = '-') => push(table, `:${name} ${policy}`),
    rule: (table, text) => push(table, text),
  }
}

/** Collects nft commands for one node. */
export function nftSink(scene: Scene, ns: string): (...commands: string[]) => void {
  return (...commands) => {
    for (const nft of commands) scene.rules.push({ ns, nft })
  }
}
