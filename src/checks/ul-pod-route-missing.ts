import { OVERLAY_NEEDS, overlayCases, restartAgent } from '../facts/overlay-fault.ts'
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
      fix: restartAgent(facts.cni, c.agent, c.node),
      explains: c.explains,
      change: c.change,
    }))
  },
})
