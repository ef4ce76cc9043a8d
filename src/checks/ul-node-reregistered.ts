import { blameIsolated } from '../facts/isolated.ts'
import { OVERLAY_NEEDS, restartAgent } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-node-reregistered',
  title: 'The CNI agent has registered every node with its peers',
  item: 'overlay',
  needs: [...OVERLAY_NEEDS, 'served'],
  leadsTo: ['ul-pod-route-missing', 'ul-vtep-fdb-or-neigh-wrong'],
  run({ overlay, cni, served, cells }) {
    return overlay
      .filter((d) => d.kind === 'annotation-missing')
      .map((d) => ({
        says: d.says,
        on: d.node,
        proof: d.proof,
        why: `flannel writes its annotations when it starts; a Node object that was made anew since has none, and the peers have dropped their way to ${d.node}`,
        fix: restartAgent(cni, cni.pods.get(d.node)?.object.metadata.name, d.node),
        explains: blameIsolated(cells, served, [d.node]),
      }))
  },
})
