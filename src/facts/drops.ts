import type { Cell, Proof } from '../model.ts'
import { tableName } from '../walk/chain.ts'
import type { Change, Course, World } from '../walk/world.ts'
import type { BadEnd, Ending } from './endings.ts'
import { guiltOf } from './guilt.ts'
import { acceptPolicy, undoRule } from './undo-line.ts'

/** The facts that every check of a rule in the way reads. */
export const DROP_NEEDS = ['endings', 'world', 'cells', 'courses'] as const

export interface DropFacts {
  endings: Ending[]
  world: World
  cells: Cell[]
  courses: Map<string, Course[]>
}

/** A rule or policy that ended packets of failed probes. */
export interface Drop {
  end: BadEnd & { rule: NonNullable<BadEnd['rule']> }
  node: string
  cells: Cell[]
  role: DropRole
  /** Its raw line. */
  text: string
  change: Change
  explains: string[]
  proof: Proof[]
  rejected: boolean
  /** Commands that take it out of the way. */
  fix: string[]
}

export type DropRole =
  | 'overlay' // the tunnel's outer packet
  | 'other-backend' // in the iptables backend that kube-proxy does not use
  | 'dns' // names port 53
  | 'api-from-node' // a node's own packets to the API server
  | 'host-network' // packets to a node's own address and port
  | 'node-port' // packets to a node port
  | 'forward-policy' // FORWARD's policy
  | 'forward-reject' // a firewall's "prohibited"
  | 'forward' // any other rule

/** UDP ports of the tunnels that CNIs use: flannel and Cilium 8472, Calico and others 4789, Geneve 6081. */
export const TUNNEL_PORTS = new Set([8472, 4789, 6081])

/** The rules that ended packets of failed probes, kube-proxy's own left out: those are symptoms of what they were told. */
export function drops(facts: DropFacts): Drop[] {
  const seen = new Set<string>()
  return facts.endings.flatMap((ending) => {
    const { end, cells } = ending
    if ((end.fate !== 'dropped' && end.fate !== 'rejected') || !end.rule) return []
    if (
      /^(KUBE-|cluster-ips-check|service-|external-|reject-chain|firewall|nodeport-|no-endpoint)/.test(
        end.rule.chain,
      ) ||
      end.rule.table.endsWith('kube-proxy')
    )
      return []
    const { node, rule } = end
    // the same rule can end packets there and answers back
    const place = `${rule.path}:${rule.line}`
    if (seen.has(place)) return []
    seen.add(place)
    const remove: Change = rule.policy
      ? { change: 'set-policy', node, path: rule.path, chain: rule.chain, line: rule.line, policy: 'accept' }
      : { change: 'delete-rule', node, path: rule.path, line: rule.line }
    // behind a rule that is taken away another one may say the same (a zone's reject before the chain's own): then an exception counts
    const except: Change = { change: 'accept-rule', node, path: rule.path, line: rule.line }
    const change =
      rule.policy || guiltOf(facts, remove).length > 0 || guiltOf(facts, except).length === 0 ? remove : except
    const proof = end.proof
    const text = proof.find((p) => p.line === rule.line)?.quote ?? ''
    const drop: Drop = {
      end: end as Drop['end'],
      node,
      cells,
      role: 'forward',
      text,
      change,
      explains: guiltOf(facts, change),
      proof,
      rejected: end.fate === 'rejected',
      fix: [],
    }
    drop.role = roleOf(drop, facts)
    drop.fix = undo(drop)
    return [drop]
  })
}

function roleOf(drop: Drop, facts: DropFacts): DropRole {
  const { end, cells, node, text } = drop
  const state = facts.world.nodes.get(node)!
  const table = state.ruleSet.tables.find((t) => t.path === end.rule.path && tableName(t) === end.rule.table)
  const kubeBackend = state.ruleSet.tables.find(
    (t) => t.chains.has('KUBE-SERVICES') && (t.chains.get('KUBE-SERVICES')?.rules.length ?? 0) > 0,
  )?.backend
  const packet = end.packet
  if (packet?.protocol === 'udp' && TUNNEL_PORTS.has(packet.dport ?? 0)) return 'overlay'
  const backend = table?.backend ?? (end.rule.path.includes('legacy') ? 'iptables-legacy' : undefined)
  if (backend === 'iptables-legacy' && kubeBackend !== 'iptables-legacy') return 'other-backend'
  if (packet?.dport === 53 && /\b53\b/.test(text)) return 'dns'
  const atNode = packet && facts.world.nodeAddresses.has(packet.destination)
  if (end.hook === 'output' && atNode) return 'api-from-node'
  if (end.hook === 'input' && atNode) return 'host-network'
  if (cells.every((c) => ['node-port', 'external-ip', 'load-balancer'].includes(c.to.kind))) return 'node-port'
  // the policy of iptables' own chain is set by Docker and others as a matter of course; a table of its own is somebody's firewall
  if (end.rule.policy && backend !== 'nft') return 'forward-policy'
  if (drop.rejected && end.fate === 'rejected' && /prohibited|admin|host-unreach/.test(end.with))
    return 'forward-reject'
  return 'forward'
}

/** Commands that take the rule out of the way, or its chain's policy. */
function undo(drop: Drop): string[] {
  const { path, table, chain, policy } = drop.end.rule
  const command = policy ? undefined : undoRule(path, table, chain, drop.text)
  return [`# on ${drop.node}:`, command ?? acceptPolicy(path, table, chain)]
}
