import { OVERLAY_NEEDS, overlayCases, restartAgent } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-flannel-dev-down',
  title: 'Each node has its overlay device, and it is up',
  item: 'overlay',
  needs: OVERLAY_NEEDS,
  leadsTo: ['ul-pod-route-missing', 'ul-vtep-fdb-or-neigh-wrong'],
  run(facts) {
    return overlayCases(
      facts,
      ['device-missing', 'device-down'],
      ['device-missing', 'device-down', 'route', 'neighbour', 'fdb'],
    ).map((c) => ({
      says: c.mine[0]!.says,
      on: c.node,
      proof: c.mine.flatMap((d) => d.proof),
      why: 'all traffic between pods of this node and pods of other nodes goes through this device; within the node, and between node addresses, all works',
      fix: restartAgent(facts.cni, c.agent, c.node),
      explains: c.explains,
      change: c.change,
    }))
  },
})
