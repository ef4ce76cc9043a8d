import type { Cell } from '../model.ts'
import type { Change, Course, World } from '../walk/world.ts'
import type { CniFact } from './cluster.ts'
import { guiltOf } from './guilt.ts'
import type { OverlayDrift } from './overlay-drift.ts'

/** The facts that every check of the overlay's state reads. */
export const OVERLAY_NEEDS = ['overlay', 'cni', 'world', 'cells', 'courses'] as const

export interface OverlayFacts {
  overlay: OverlayDrift[]
  cni: CniFact
  world: World
  cells: Cell[]
  courses: Map<string, Course[]>
}

export interface OverlayCase {
  node: string
  /** The drifts of the kinds asked for. */
  mine: OverlayDrift[]
  /** Everything else that is off on the node's overlay: it is put right together, as a restart of the agent does. */
  change: Change
  explains: string[]
  /** Name of the CNI agent's pod on the node. */
  agent: string | undefined
}

/** Nodes with drifts of some kinds, with whom the node's whole overlay drift hurts. */
export function overlayCases(
  facts: OverlayFacts,
  kinds: readonly OverlayDrift['kind'][],
  together: readonly OverlayDrift['kind'][] = kinds,
): OverlayCase[] {
  const nodes = [...new Set(facts.overlay.filter((d) => kinds.includes(d.kind)).map((d) => d.node))]
  return nodes.map((node) => {
    const mine = facts.overlay.filter((d) => d.node === node && kinds.includes(d.kind))
    const changes = facts.overlay.filter((d) => d.node === node && together.includes(d.kind)).flatMap((d) => d.changes)
    const change: Change = { change: 'several', changes }
    return {
      node,
      mine,
      change,
      explains: changes.length === 0 ? [] : guiltOf(facts, change),
      agent: facts.cni.pods.get(node)?.object.metadata.name,
    }
  })
}

/** Restarts the CNI agent of one node, which makes devices, routes, neighbours and forwarding entries anew. */
export function restartAgent(cni: CniFact, agent: string | undefined, node: string): string[] {
  return [`kubectl -n ${cni.namespace} delete pod ${agent ?? `--field-selector spec.nodeName=${node}`}`]
}
