import { flannelInterfaceFix } from '../facts/agent-fix.ts'
import { blameIsolated } from '../facts/isolated.ts'
import { OVERLAY_NEEDS } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-cni-wrong-nic',
  title: 'The CNI agent uses the network interface of the node address',
  item: 'overlay',
  needs: [...OVERLAY_NEEDS, 'served', 'logs', 'nodes'],
  leadsTo: [
    'ul-vtep-fdb-or-neigh-wrong',
    'ul-flannel-dev-down',
    'ul-pod-route-missing',
    'ul-overlay-external-firewall',
    'ul-overlay-udp-blocked',
  ],
  run(facts) {
    const { overlay, cni, world, cells, served, logs } = facts
    const nodes = [...new Set(overlay.filter((d) => d.kind === 'public-address').map((d) => d.node))]
    return nodes.map((node) => {
      const mine = overlay.filter((d) => d.node === node && (d.kind === 'public-address' || d.kind === 'local-address'))
      const told = mine[0]!.says.match(/the address (\S+),/)?.[1] ?? ''
      const state = world.nodes.get(node)
      const device =
        state && 'value' in state.addresses ? state.addresses.value.find((a) => a.address === told)?.dev : undefined
      const agent = cni.pods.get(node)?.object.metadata.name
      const line = logs.filter((l) => l.pod === agent).flatMap((l) => l.last(/Using interface with name/) ?? [])[0]
      return {
        says: `flannel on ${node} uses ${device ? `interface ${device} with ` : ''}${told} for the overlay, not the node's address: the other nodes send its packets where they do not arrive.`,
        on: node,
        proof: [...mine.flatMap((d) => d.proof), ...(line ? [line] : [])],
        why: `all tunnel packets for pods on ${node} go to an address that its peers cannot use; within the node, and between node addresses, all works`,
        fix: [
          '# let flannel use the interface by which it reaches the other nodes:',
          flannelInterfaceFix(cni, world, facts.nodes, node),
          `kubectl -n ${cni.namespace} delete pod ${agent ?? `--field-selector spec.nodeName=${node}`}`,
        ],
        explains: blameIsolated(cells, served, [node]),
      }
    })
  },
})
