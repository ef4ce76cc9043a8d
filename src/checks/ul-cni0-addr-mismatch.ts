import { blameIsolated } from '../facts/isolated.ts'
import { OVERLAY_NEEDS } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-cni0-addr-mismatch',
  title: "The pods' bridge is in the network that the node's pods are to have",
  item: 'node',
  needs: [...OVERLAY_NEEDS, 'served', 'events', 'evidence'],
  leadsTo: ['ul-pod-route-missing', 'ep-pods-not-running', 'ul-flannel-dev-down'],
  run({ overlay, cells, served, events, evidence }) {
    return overlay
      .filter((d) => d.kind === 'bridge-address')
      .map((d) => {
        const event = events.filter((e) => /already has an IP address different/.test(e.object.message ?? '')).at(-1)
        return {
          says: d.says,
          on: d.node,
          proof: [...d.proof, ...(event ? [evidence.proofAt(event.path, 'items', event.index, 'message')] : [])],
          why: `the other nodes send packets for the new network to ${d.node}, and none for the old one, in which its running pods still are`,
          fix: [
            `# on ${d.node}: remove the bridge, the CNI makes it anew for the next pod`,
            'ip link delete cni0',
            `# then make all pods of ${d.node} anew, for they are cut off (one without a controller you have to create again yourself):`,
            `kubectl delete pods --all-namespaces --field-selector spec.nodeName=${d.node},spec.hostNetwork=false`,
          ],
          explains: blameIsolated(cells, served, [d.node]),
        }
      })
  },
})
