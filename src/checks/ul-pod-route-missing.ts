import {
  OVERLAY_NEEDS,
  type OverlayCase,
  type OverlayFacts,
  overlayCases,
  restartAgent,
} from '../facts/overlay-fault.ts'
import { undoLine } from '../facts/undo-line.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-pod-route-missing',
  title: 'Each node has a route to the pods of each other node',
  item: 'overlay',
  needs: OVERLAY_NEEDS,
  run(facts) {
    return overlayCases(facts, ['route'], ['route']).map((c) => ({
      says: c.mine[0]!.says,
      on: c.node,
      proof: c.mine.flatMap((d) => d.proof),
      why: `packets for ${c.mine.length === 1 && c.mine[0]!.peer ? `the pods of ${c.mine[0]!.peer}` : 'these pods'} leave ${c.node} the wrong way, and so do its answers to them; other pairs of nodes work`,
      fix: repair(facts, c),
      explains: c.explains,
      change: c.change,
    }))
  },
})

/** A route that leads elsewhere is none of the agent's, which leaves it where it is; one that is missing the agent makes anew. */
function repair({ cni, world }: OverlayFacts, { agent, node, mine }: OverlayCase): string[] {
  const changes = mine.flatMap((drift) => drift.changes)
  const undone = changes.flatMap((change) =>
    change.change === 'delete-route' ? (undoLine(world, change.node, change.path, change.line)?.commands ?? []) : [],
  )
  const isMissing = undone.length === 0 || changes.some(({ change }) => change === 'add-route')
  return [...undone, ...(isMissing ? restartAgent(cni, agent, node) : [])]
}
