import { podReady } from '../facts/cluster.ts'
import { daemonSetFix } from '../facts/daemonset-fix.ts'
import { OVERLAY_NEEDS, overlayCases, restartAgent } from '../facts/overlay-fault.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-cni-agent-not-ready',
  title: 'The CNI agent runs and is ready on every node',
  item: 'overlay',
  needs: [...OVERLAY_NEEDS, 'nodes', 'logs', 'evidence'],
  leadsTo: [
    'ul-flannel-dev-down',
    'ul-pod-route-missing',
    'ul-vtep-fdb-or-neigh-wrong',
    'ul-cni0-down',
    'ep-pods-not-running',
  ],
  run(facts) {
    const { cni, nodes, logs, evidence } = facts
    return nodes.flatMap((node) => {
      const agent = cni.pods.get(node.name)
      if ((agent && podReady(agent.object)) || node.windows) return []
      const theCase = overlayCases(facts, ['device-missing', 'device-down', 'route', 'neighbour', 'fdb']).find(
        (c) => c.node === node.name,
      )
      // state that survives its agent carries on: a remark, no cause
      const status = agent?.object.status?.containerStatuses?.[0]
      const line = logs
        .filter((l) => l.pod === agent?.object.metadata.name)
        .flatMap((l) => l.last(/^[EF]\d|[Ff]ailed|[Ee]rror/) ?? [])[0]
      const reason = !agent
        ? 'does not run there at all'
        : `is not ready (${status?.restartCount ?? 0} restarts${status?.state?.waiting?.reason ? `, ${status.state.waiting.reason}` : ''})`
      return [
        {
          says: `The CNI agent (${cni.daemonset.object.metadata.name}) ${reason} on ${node.name}${theCase?.mine[0] ? `: ${theCase.mine[0].says}` : '.'}`,
          on: node.name,
          proof: [
            ...(agent
              ? [evidence.proofAt(agent.path, 'items', agent.index, 'status', 'containerStatuses', 0, 'ready')]
              : [cni.daemonset.proof]),
            ...(line ? [line] : []),
            ...(theCase?.mine ?? []).slice(0, 2).flatMap((d) => d.proof),
          ],
          why: `without its agent the node's part of the pod network is not made: pods on ${node.name} and pods elsewhere do not reach each other, within the node they do`,
          fix: agent
            ? [
                `kubectl -n ${cni.namespace} logs ${agent.object.metadata.name} --tail=20`,
                ...restartAgent(cni, agent.object.metadata.name, node.name),
              ]
            : daemonSetFix(cni.daemonset, cni.namespace, cni.daemonset.object.metadata.name, node.name),
          explains: theCase?.explains ?? [],
          ...(theCase ? { change: theCase.change } : {}),
        },
      ]
    })
  },
})
