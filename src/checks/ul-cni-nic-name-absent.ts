import { flannelInterfaceFix } from '../facts/agent-fix.ts'
import { podReady } from '../facts/cluster.ts'
import { OVERLAY_NEEDS, overlayCases } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-cni-nic-name-absent',
  title: 'The network interface that the CNI agent is told to use exists on every node',
  item: 'overlay',
  needs: [...OVERLAY_NEEDS, 'logs', 'nodes', 'evidence'],
  leadsTo: ['ul-cni-agent-not-ready', 'ul-flannel-dev-down', 'ul-pod-route-missing', 'ul-vtep-fdb-or-neigh-wrong'],
  run(facts) {
    const { cni, logs, evidence } = facts
    return [...cni.pods].flatMap(([node, agent]) => {
      if (podReady(agent.object)) return []
      const line = logs
        .filter((l) => l.pod === agent.object.metadata.name)
        .flatMap(
          (l) =>
            l.last(
              /Could not find valid interface matching|Failed to find interface to use|no such network interface|failed to find IPv4 address for interface/i,
            ) ?? [],
        )[0]
      if (!line) return []
      const command = agent.object.spec.containers.flatMap((c) => [...(c.command ?? []), ...(c.args ?? [])])
      const wanted =
        line.quote
          ?.match(/matching (\S+?):|interface (\S+)/)
          ?.slice(1)
          .find(Boolean) ?? command.find((a) => a.startsWith('--iface='))?.slice(8)
      const theCase = overlayCases(facts, ['device-missing', 'device-down', 'route', 'neighbour', 'fdb']).find(
        (c) => c.node === node,
      )
      const state = facts.world.nodes.get(node)
      const have =
        state && 'value' in state.links
          ? state.links.value
              .filter((l) => !['veth', 'bridge', 'vxlan'].includes(l.kind) && l.name !== 'lo')
              .map((l) => l.name)
          : []
      return [
        {
          says: `The CNI agent on ${node} does not start: it is told to use the interface ${wanted ?? ''}, which this node does not have${have.length > 0 ? ` (it has ${have.join(', ')})` : ''}.`,
          on: node,
          proof: [
            line,
            evidence.proofAt(agent.path, 'items', agent.index, 'status', 'containerStatuses', 0, 'ready'),
            ...(theCase?.mine ?? []).slice(0, 1).flatMap((d) => d.proof),
          ],
          why: `without its agent the node's part of the pod network is gone: pods on ${node} and pods elsewhere do not reach each other; the other nodes have an interface of that name`,
          fix: [
            `# let ${cni.kind} use the interface by which it reaches the other nodes, whatever its name:`,
            ...(cni.kind === 'flannel' ? [flannelInterfaceFix(cni, facts.world, facts.nodes, node)] : []),
            `kubectl -n ${cni.namespace} delete pod ${agent.object.metadata.name}`,
          ],
          explains: theCase?.explains ?? [],
          ...(theCase ? { change: theCase.change } : {}),
        },
      ]
    })
  },
})
