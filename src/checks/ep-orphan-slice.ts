import { blameSome, throughService } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { check } from './check.ts'

const CONTROLLER = 'endpointslice-controller.k8s.io'

export default check({
  id: 'ep-orphan-slice',
  title: 'All endpoints of the Service belong to its pods',
  item: 'endpoints',
  needs: ['service', 'endpoints', 'pods', 'cells'],
  applies: ({ service }) =>
    service.spec.selector && Object.keys(service.spec.selector).length > 0
      ? true
      : 'the Service has no selector: its endpoints are made by hand',
  run({ service, endpoints, pods, cells }) {
    const addresses = new Set(pods.flatMap((p) => p.object.status?.podIPs?.map((i) => i.ip) ?? []))
    const foreign = endpoints.filter((e) => e.managedBy !== CONTROLLER && !addresses.has(e.address))
    return [...new Set(foreign.map((e) => e.slice))].map((slice) => {
      const mine = foreign.filter((e) => e.slice === slice)
      const dead = new Set(mine.map((e) => e.address))
      const direct = cells.filter(
        (cell) => cell.to.kind === 'endpoint' && dead.has(cell.to.ip ?? '') && failed(cell) === 'all',
      )
      return {
        says: `EndpointSlice ${service.metadata.namespace}/${slice}, which nobody manages, adds ${[...dead].join(', ')} to the Service: no pod has that address.`,
        on: `endpointslice ${service.metadata.namespace}/${slice}`,
        proof: mine.map((e) => e.proof),
        why: "kube-proxy uses every slice with the Service's label; the share of connections that is sent to the dead address fails, from everywhere",
        fix: [`kubectl -n ${service.metadata.namespace} delete endpointslice ${slice}`],
        explains:
          direct.length === 0
            ? []
            : blameSome(
                cells,
                (cell) =>
                  direct.includes(cell) ||
                  (throughService(cell) && !cell.attempts.some((a) => a.outcome === 'refused')),
              ),
      }
    })
  },
})
