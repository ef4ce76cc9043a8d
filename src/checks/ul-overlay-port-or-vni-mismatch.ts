import { OVERLAY_NEEDS, overlayCases, restartAgent } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-overlay-port-or-vni-mismatch',
  title: 'All nodes use the same port and network identifier for the overlay',
  item: 'overlay',
  needs: OVERLAY_NEEDS,
  run(facts) {
    return overlayCases(facts, ['port'], ['port']).map((c) => ({
      says: c.mine[0]!.says,
      on: c.node,
      proof: c.mine.flatMap((d) => d.proof),
      why: 'the other nodes send to a port where this one does not listen, and the other way round',
      fix: restartAgent(facts.cni, c.agent, c.node),
      permanent: [
        `# the Backend of net-conf.json in the flannel ConfigMap must be the same for all nodes; restart all agents after a change`,
      ],
      explains: c.explains,
      change: c.change,
    }))
  },
})
