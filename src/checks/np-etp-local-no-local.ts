import { blameAll } from '../facts/blame.ts'
import { silentByDesign } from '../facts/by-design.ts'
import { check } from './check.ts'

export default check({
  id: 'np-etp-local-no-local',
  title: 'Every node that clients use for the node port may use the endpoints',
  item: 'node-port',
  needs: ['service', 'endpoints', 'cells', 'evidence'],
  applies: ({ service }) =>
    service.spec.externalTrafficPolicy === 'Local' ? true : 'externalTrafficPolicy is Cluster',
  run({ service, endpoints, cells, evidence }) {
    const local = new Set(endpoints.filter((e) => e.ready || (e.serving && e.terminating)).map((e) => e.node))
    if (local.size === 0) return []
    const { name, namespace } = service.metadata
    // on the node itself and for its own pods kube-proxy takes the short cut to the cluster-wide endpoints (KEP-2138)
    const explains = blameAll(
      cells,
      (cell) =>
        cell.to.kind === 'node-port' &&
        cell.to.variant === undefined &&
        cell.to.node !== undefined &&
        !silentByDesign(service, endpoints, cell) &&
        !local.has(cell.to.node) &&
        cell.from.node !== cell.to.node,
    )
    const without = [...new Set(cells.filter((cell) => explains.includes(cell.id)).map((cell) => cell.to.node!))]
    if (without.length === 0) return []
    return [
      {
        says: `Service ${namespace}/${name} has externalTrafficPolicy: Local, and ${without.join(', ')} ${without.length > 1 ? 'have' : 'has'} no endpoint of its own: the node port there gives no answer.`,
        on: `service ${namespace}/${name}`,
        proof: [
          evidence.proofAt('api/service.json', 'spec', 'externalTrafficPolicy'),
          ...endpoints.slice(0, 2).map((e) => e.proof),
        ],
        why: "with this policy a node serves its own endpoints only and drops the rest, so that the client's address is kept; nodes with an endpoint answer",
        fix: [
          `kubectl -n ${namespace} patch service ${name} --type=merge -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`,
          `# or run an endpoint on every node (DaemonSet), or send clients to ${[...local].join(', ')} only`,
        ],
        explains: explains,
      },
    ]
  },
})
