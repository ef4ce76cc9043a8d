import { blameAll, throughService } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-all-terminating',
  title: 'Not all endpoints are shutting down',
  item: 'endpoints',
  needs: ['service', 'endpoints', 'cells'],
  run({ service, endpoints, cells }) {
    if (endpoints.length === 0 || !endpoints.every((e) => e.terminating)) return []
    const name = `${service.metadata.namespace}/${service.metadata.name}`
    return [
      {
        says: `All ${endpoints.length} endpoints of Service ${name} are shutting down and nothing has replaced them yet.`,
        on: `service ${name}`,
        proof: endpoints.map((e) => e.proof),
        why: 'terminating pods get traffic only as long as they still pass their readiness probe',
        fix: [
          '# let new pods become ready before old ones go: maxUnavailable: 0, a preStop sleep, a PodDisruptionBudget',
          `kubectl -n ${service.metadata.namespace} get pods -w`,
        ],
        transient: true,
        explains: blameAll(cells, (cell) => throughService(cell)),
      },
    ]
  },
})
