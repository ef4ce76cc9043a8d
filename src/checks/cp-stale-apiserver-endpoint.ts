import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { check } from './check.ts'

export default check({
  id: 'cp-stale-apiserver-endpoint',
  title: 'Every address behind Service kubernetes is a living API server',
  item: 'control-plane',
  needs: ['service', 'controlPlane', 'cells'],
  leadsTo: ['svc-manual-slice-broken', 'ep-ready-but-dead'],
  run({ service, controlPlane, cells }) {
    const mine = service.metadata.name === 'kubernetes' && service.metadata.namespace === 'default'
    return controlPlane.apiServers.flatMap((endpoint) => {
      const direct = cells.filter(
        (cell) =>
          (cell.to.kind === 'api-endpoint' || (mine && cell.to.kind === 'endpoint')) && cell.to.ip === endpoint.address,
      )
      if (direct.length === 0 || !direct.every((cell) => failed(cell) === 'all')) return []
      const others = controlPlane.apiServers.filter((e) => e.address !== endpoint.address)
      const owned = endpoint.slice === 'kubernetes'
      return [
        {
          says: `${endpoint.address}, one of ${controlPlane.apiServers.length} addresses behind Service default/kubernetes, answers from nowhere: no API server runs there any more.`,
          on: `endpointslice default/${endpoint.slice}`,
          proof: [
            endpoint.proof,
            ...direct.slice(0, 2).map((cell) => cell.attempts[0]!.proof),
            ...controlPlane.apiServerLeases.slice(0, 1).map((l) => l.proof),
          ],
          why:
            others.length > 0
              ? 'the share of the connections to the API that is sent there fails, from everywhere; the other addresses answer'
              : 'it is the only address, so every connection to the API through the Service fails',
          near: `${controlPlane.apiServerLeases.length} API server lease${controlPlane.apiServerLeases.length === 1 ? '' : 's'} for ${controlPlane.apiServers.length} addresses`,
          fix: owned
            ? [
                `# repair the API server on ${endpoint.address}, or remove what is left of it (etcd /registry/masterleases/${endpoint.address})`,
              ]
            : [`kubectl -n default delete endpointslice ${endpoint.slice}`],
          explains: blameSome(
            cells,
            (cell) =>
              direct.includes(cell) ||
              cell.to.kind === 'api' ||
              (mine && (cell.to.kind === 'cluster-ip' || cell.to.kind === 'hairpin')),
          ),
        },
      ]
    })
  },
})
