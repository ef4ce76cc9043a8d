import { blameAll } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-internal-policy-local',
  title: 'Every node whose clients use the cluster IP may use the endpoints',
  item: 'service',
  needs: ['service', 'endpoints', 'cells', 'evidence'],
  applies: ({ service }) =>
    service.spec.internalTrafficPolicy === 'Local' ? true : 'internalTrafficPolicy is Cluster',
  run({ service, endpoints, cells, evidence }) {
    const local = new Set(endpoints.filter((e) => e.ready || (e.serving && e.terminating)).map((e) => e.node))
    if (local.size === 0) return []
    const { name, namespace } = service.metadata
    const explains = blameAll(cells, (cell) => cell.to.kind === 'cluster-ip' && !local.has(cell.from.node))
    const without = [...new Set(cells.filter((cell) => explains.includes(cell.id)).map((cell) => cell.from.node))]
    if (without.length === 0) return []
    return [
      {
        says: `Service ${namespace}/${name} has internalTrafficPolicy: Local, and ${without.join(', ')} ${without.length > 1 ? 'have' : 'has'} no endpoint of its own: clients there get no answer.`,
        on: `service ${namespace}/${name}`,
        proof: [
          evidence.proofAt('api/service.json', 'spec', 'internalTrafficPolicy'),
          ...endpoints.slice(0, 2).map((e) => e.proof),
        ],
        why: 'with this policy kube-proxy sends cluster IP traffic to endpoints of the same node only and drops it where there is none; nodes with an endpoint work',
        fix: [
          `kubectl -n ${namespace} patch service ${name} --type=merge -p '{"spec":{"internalTrafficPolicy":"Cluster"}}'`,
        ],
        explains,
      },
    ]
  },
})
