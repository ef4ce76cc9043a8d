import { coursesFact } from '../facts/courses.ts'
import { guiltOf } from '../facts/guilt.ts'
import { PROXY_NEEDS, type ProxyCase, type ProxyFacts, proxyCases, restartProxy } from '../facts/proxy-fault.ts'
import type { Fault } from '../model.ts'
import type { Table } from '../parse/rule.ts'
import type { World } from '../walk/world.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-mode-leftovers',
  title: 'No rules of another kube-proxy mode are left on the nodes',
  item: 'rules',
  needs: [...PROXY_NEEDS, 'evidence'],
  leadsTo: ['kp-stale-watch', 'kp-lb-count-mismatch'],
  run(facts) {
    return facts.drifts.flatMap(({ node }) => {
      const state = facts.world.nodes.get(node)!
      const tables = state.ruleSet.tables
      const iptables = tables.find(isIptablesProxy)
      const nft = tables.some(isNftProxy)
      const virtual = 'value' in state.ipvs && state.ipvs.value.length > 0
      const mode = facts.voices.get(node)?.mode?.value.trim()
      const left =
        mode === 'nftables' && iptables
          ? 'iptables'
          : mode === 'iptables' && nft
            ? 'nftables'
            : mode !== undefined && mode !== 'ipvs' && virtual
              ? 'IPVS'
              : undefined
      if (!left) return []
      const c = proxyCases({
        ...facts,
        drifts: [
          {
            node,
            backend: 'none',
            drifts: [{ kind: 'endpoint-gone', node, service: '', port: '', says: '', proof: [] }],
          },
        ],
      })[0]!
      const proof =
        left === 'iptables'
          ? [facts.evidence.proofLine(iptables!.path, iptables!.chains.get('KUBE-SERVICES')!.rules[0]!.line)]
          : [{ path: `nodes/${node}/${left === 'IPVS' ? 'ipvs.txt' : 'nft.jsonl'}` }]
      return [
        {
          says: `On ${node} kube-proxy runs in ${mode} mode, but rules of ${left} mode are still there and catch the packets first.`,
          on: node,
          proof: [
            ...proof,
            {
              path: facts.voices.get(node)!.path,
              line: facts.voices.get(node)!.mode!.line,
              quote: facts.voices.get(node)!.mode!.raw.trim(),
            },
          ],
          why: 'nobody keeps the left-over rules current: as soon as endpoints change they lead to addresses that are gone; nodes without them work',
          fix: [
            `# on ${node}: remove the left-over rules; kube-proxy --cleanup does it, or reboot the node`,
            ...(left === 'iptables'
              ? ['iptables-save | grep -v KUBE- | iptables-restore']
              : left === 'nftables'
                ? ['nft delete table ip kube-proxy']
                : ['ipvsadm --clear', 'ip link delete kube-ipvs0']),
            ...restartProxy(c),
          ],
          ...guilt(facts, c, left),
          change: c.change,
        },
      ]
    })
  },
})

/**
 * Base chains of two tables with one priority run newest first (nf_hook_entries_grow), and no dump says when a chain was made. So where
 * the probes fail as the left-over rules alone would make them, these are what runs first: likely, since the order was not read.
 */
function guilt(facts: ProxyFacts, c: ProxyCase, left: string): Pick<Fault, 'explains' | 'unsure'> {
  if (c.explains.length > 0 || left === 'IPVS') return { explains: c.explains }
  const state = facts.world.nodes.get(c.node)!
  const present = (table: Table) => (left === 'iptables' ? isNftProxy(table) : isIptablesProxy(table))
  const tables = state.ruleSet.tables.filter((table) => !present(table))
  const nodes = new Map(facts.world.nodes).set(c.node, { ...state, ruleSet: { ...state.ruleSet, tables } })
  const world: World = { ...facts.world, nodes }
  const explains = guiltOf({ world, cells: facts.cells, courses: coursesFact(world, facts.cells) }, c.change)
  const unsure = 'which rules come first cannot be read, but the probes fail as these alone would make them fail'
  return { explains, ...(explains.length > 0 && { unsure }) }
}

/** The table in which kube-proxy's rules of iptables mode stand, if it has any. */
function isIptablesProxy(table: Table): boolean {
  const rules = table.chains.get('KUBE-SERVICES')?.rules.length ?? 0
  return table.family === 'ip' && table.name === 'nat' && table.backend !== 'nft' && rules > 0
}

function isNftProxy(table: Table): boolean {
  return table.name === 'kube-proxy' && table.backend === 'nft'
}
