import type { Bundle, Cell } from '../model.ts'
import { failed } from './cells.ts'
import { podReady } from './cluster.ts'
import { readFacts } from './facts.ts'
import { valueOr } from './reader.ts'

/** A node that may be at fault, in words for the user; `peer`: a healthy one, read for comparison and for the other half of the way. */
export interface Suspect {
  node: string
  why: string
  peer?: boolean
}

/** Who is suspect, from what is known so far: nodes whose agents look bad, and nodes on which failed probes begin or end. Worst first. */
export function suspects(bundle: Bundle): Suspect[] {
  const facts = readFacts(bundle)
  const nodes = valueOr(facts.nodes, []).filter((n) => !n.windows)
  const cells = valueOr<Cell[]>(facts.cells, [])
  const reasons = new Map<string, string[]>()
  const blame = (node: string | undefined, why: string) => {
    if (node && nodes.some((n) => n.name === node)) reasons.set(node, [...(reasons.get(node) ?? []), why])
  }
  const cni = valueOr(facts.cni, undefined)
  const proxy = valueOr(facts.proxy, undefined)
  for (const node of nodes) {
    const agent = cni?.pods.get(node.name)
    if (cni && agent && !podReady(agent.object))
      blame(node.name, `its CNI agent ${agent.object.metadata.name} is not ready`)
    if (cni && !agent && cni.pods.size > 0)
      blame(node.name, `no CNI agent (${cni.daemonset.object.metadata.name}) runs there`)
    const kubeProxy = proxy?.pods.get(node.name)
    if (proxy && proxy.pods.size > 0 && (!kubeProxy || !podReady(kubeProxy.object)))
      blame(node.name, kubeProxy ? `${kubeProxy.object.metadata.name} is not ready` : 'no kube-proxy runs there')
  }
  for (const endpoint of valueOr(facts.endpoints, []))
    if (!endpoint.ready && !endpoint.terminating) blame(endpoint.node, `its endpoint ${endpoint.address} is not ready`)
  const bad = cells.filter((cell) => failed(cell) !== 'none' && packetFate(cell))
  for (const cell of bad) {
    blame(cell.from.node, `probes from there fail (${cell.to.kind})`)
    if (cell.to.node)
      blame(cell.to.node, `probes to ${cell.to.kind === 'endpoint' ? `its endpoint ${cell.to.ip}` : cell.to.kind} fail`)
  }
  const found = [...reasons]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([node, why]): Suspect => ({ node, why: [...new Set(why)].slice(0, 3).join('; ') }))
  if (found.length === 0) return []
  const peer = nodes.find((n) => !reasons.has(n.name) && n.ready === 'True')
  return peer ? [...found, { node: peer.name, why: 'for comparison: nothing points to it', peer: true }] : found
}

/** Whether a failed cell can be a node's fault: not an answer "no such name", and not a refusal that everyone gets from everywhere. */
function packetFate(cell: Cell): boolean {
  return cell.attempts.some(
    (a) => !['ok', 'nxdomain', 'servfail', 'dns-refused', 'no-data', 'wrong-answer'].includes(a.outcome),
  )
}
