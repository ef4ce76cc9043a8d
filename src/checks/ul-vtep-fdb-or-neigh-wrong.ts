import { OVERLAY_NEEDS, overlayCases, restartAgent } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-vtep-fdb-or-neigh-wrong',
  title: 'Each node knows where the other ends of the overlay are',
  item: 'overlay',
  needs: OVERLAY_NEEDS,
  run(facts) {
    return overlayCases(facts, ['neighbour', 'fdb'], ['neighbour', 'fdb']).map((c) => ({
      says: c.mine[0]!.says,
      on: c.node,
      proof: c.mine.flatMap((d) => d.proof),
      why: `tunnel packets from ${c.node} for ${c.mine.map((d) => d.peer).join(', ')} go to the wrong machine; other pairs of nodes work`,
      fix: restartAgent(facts.cni, c.agent, c.node),
      explains: c.explains,
      change: c.change,
    }))
  },
})
