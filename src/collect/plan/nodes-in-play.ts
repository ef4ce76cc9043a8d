import type { NodeFact } from '../../facts/cluster.ts'
import type { Stage } from './stage.ts'

/** Most nodes that are probed from; more would add time and pods, hardly knowledge. */
const most = 6

export interface NodesInPlay {
  /** Where the first client pod starts: the named client's node, else a node without an endpoint. */
  first?: string
  /** All nodes to probe from, `first` included, in order. */
  all: string[]
}

/**
 * Chooses the vantage points: the nodes of the endpoints and at least one node without. Nodes that the user named win. `first` is
 * ready and, where possible, not part of the control plane.
 */
export function nodesInPlay(stage: Stage, fromNodes: string[] = []): NodesInPlay {
  const names = new Set(stage.nodes.map((node) => node.name))
  const asked = fromNodes.filter((name) => names.has(name))
  if (asked.length > 0) return { first: asked[0]!, all: asked }
  const withEndpoint = new Set(stage.endpoints.flatMap((endpoint) => endpoint.node ?? []))
  const ordered = [...stage.nodes].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
  const without = ordered.filter((node) => !withEndpoint.has(node.name))
  const holding = ordered.filter((node) => withEndpoint.has(node.name))
  const first = stage.clientNode ?? without.find(isReady)?.name ?? ordered.find(isReady)?.name ?? ordered[0]?.name
  if (first === undefined) return { all: [] }
  const others = [...holding, ...without.slice(0, 2)].map((node) => node.name).filter((name) => name !== first)
  return { first, all: [first, ...others.slice(0, most - 1)] }
}

export function isReady(node: NodeFact): boolean {
  return node.ready === 'True'
}

function rank(node: NodeFact): number {
  const labels = node.object.metadata.labels ?? {}
  const controlPlane = 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels
  return (isReady(node) ? 0 : 4) + (controlPlane ? 2 : 0) + (node.object.spec?.unschedulable ? 1 : 0)
}
