import type { Proof } from '../model.ts'
import type { Rule, Table } from '../parse/rule.ts'
import type { NodeState } from '../walk/world.ts'
import { iptablesDrift } from './drift-iptables.ts'
import { ipvsDrift } from './drift-ipvs.ts'
import { nftDrift } from './drift-nft.ts'
import type { Served } from './expected.ts'
import type { Reader } from './reader.ts'

/** One way in which a node's kube-proxy rules differ from what the API objects ask for. */
export interface Drift {
  kind:
    | 'no-rules' // nothing of kube-proxy at all
    | 'flushed' // chains are there, empty
    | 'jump-prerouting'
    | 'jump-output'
    | 'jump-postrouting'
    | 'masquerade' // the rule that rewrites marked packets' source
    | 'entry' // no rule for address and port of the Service
    | 'chain-empty' // the Service's chain leads nowhere
    | 'endpoint-missing' // a ready endpoint that no rule leads to
    | 'endpoint-gone' // a rule leads to an address that is no endpoint, and was written for it
    | 'endpoint-edited' // a rule written for one address leads to another
    | 'hairpin-mark' // packets of an endpoint to itself are not marked
    | 'unexpected-drop' // "no local endpoints" although there are some
    | 'node-address' // node ports are open on no address of the node
    | 'virtual-server' // IPVS: no virtual server for address and port, none behind it, or the address is not on the device
  node: string
  service: string
  port: string
  says: string
  proof: Proof[]
  /** Right for as long as the Service has no endpoint. */
  emptied?: true
}

/** What kube-proxy has written on a node: which backend, and how far it is from what it must be. */
export interface NodeDrift {
  node: string
  backend: 'iptables-nft' | 'iptables-legacy' | 'nft' | 'ipvs' | 'none'
  drifts: Drift[]
}

/** Compares a node's rules with what the Services ask for; `owners`: node by address. Nodes whose rules could not be read give undefined. */
export function nodeDrift(
  state: NodeState,
  served: readonly Served[],
  owners: ReadonlyMap<string, string>,
  r: Reader,
): NodeDrift | undefined {
  const nft = proxyTable(state, 'ip', true)
  const written = proxyTable(state, 'ip', false)
  const virtual = 'value' in state.ipvs ? state.ipvs.value : []
  const six = servesSix(served) ? proxyTable(state, 'ip6', nft !== undefined) : undefined
  if (nft) {
    const drifts = [nft, ...(six ? [six] : [])].flatMap((table) => nftDrift(state, table, served, r))
    return { node: state.name, backend: 'nft', drifts }
  }
  if (written && !usesIpvs(written)) {
    const drifts = [written, ...(six ? [six] : [])].flatMap((table) => iptablesDrift(state, table, served, r))
    return { node: state.name, backend: written.backend as 'iptables-nft', drifts }
  }
  if (written || virtual.length > 0)
    return { node: state.name, backend: 'ipvs', drifts: ipvsDrift(state, served, owners, r) }
  if (state.rulesMissing.some((m) => /\/(iptables-nft\.txt|nft\.jsonl)$/.test(m.path))) return undefined
  const path = `nodes/${state.name}/iptables-nft.txt`
  const says = `${state.name} has no rules of kube-proxy at all (no chain KUBE-SERVICES, no table kube-proxy, no virtual server).`
  return {
    node: state.name,
    backend: 'none',
    drifts: [{ kind: 'no-rules', node: state.name, service: '', port: '', says, proof: [r.proofLine(path, 1)] }],
  }
}

/** kube-proxy's table of a family: its own one in nftables mode, else nat, of the backend in which it has rules. */
export function proxyTable({ ruleSet }: NodeState, family: 'ip' | 'ip6', nft: boolean): Table | undefined {
  if (nft) return ruleSet.tables.find((t) => t.family === family && t.name === 'kube-proxy' && t.backend === 'nft')
  const nat = ruleSet.tables.filter(
    (t) => t.family === family && t.name === 'nat' && t.backend !== 'nft' && t.chains.has('KUBE-SERVICES'),
  )
  return nat.find((t) => rulesOf(t, 'KUBE-SERVICES').length > 0) ?? nat[0]
}

function servesSix(served: readonly Served[]): boolean {
  return served.some(({ service }) => service.spec.clusterIPs?.some((ip) => ip.includes(':')))
}

function usesIpvs(table: Table): boolean {
  return rulesOf(table, 'KUBE-SERVICES').some((rule) =>
    rule.statements.some((s) => s.do === 'match' && !Array.isArray(s.right) && 'ipset' in s.right),
  )
}

/** The rules of a chain; none where it does not exist. */
export function rulesOf(table: Table, chain: string): Rule[] {
  return table.chains.get(chain)?.rules ?? []
}
