import { blameSome, throughService } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'ep-node-dead',
  title: 'The nodes of the endpoints are ready',
  item: 'node',
  needs: ['service', 'endpoints', 'nodes', 'cells', 'evidence'],
  leadsTo: ['ep-readiness-failing', 'ep-pods-not-running', 'ul-node-down-or-partition'],
  run({ service, endpoints, nodes, cells, evidence }) {
    return nodes.flatMap((node) => {
      if (node.ready === 'True') return []
      const lost = new Set(endpoints.filter((e) => e.node === node.name).map((e) => e.address))
      if (lost.size === 0) return []
      const at = (node.object.status?.conditions ?? []).findIndex((c) => c.type === 'Ready')
      const touched = (cell: (typeof cells)[number]) => cell.to.node === node.name || lost.has(cell.to.ip ?? '')
      const some = endpoints.some((e) => e.ready && e.node !== node.name)
      return [
        {
          says: `Node ${node.name}, which holds ${lost.size} endpoint${lost.size > 1 ? 's' : ''} of Service ${service.metadata.namespace}/${service.metadata.name}, is not ready (${node.ready || 'no status'}): its kubelet no longer reports.`,
          on: node.name,
          proof: [
            evidence.proofAt('api/nodes.json', 'items', node.index, 'status', 'conditions', Math.max(at, 0), 'type'),
          ],
          why: 'probes towards this node fail; until the controllers take its pods out of the Service, a share of the connections is sent there',
          fix: [
            `# bring ${node.name} back (power, network, kubelet), or remove it:`,
            `kubectl drain ${node.name} --ignore-daemonsets --delete-emptydir-data --force`,
          ],
          explains: blameSome(
            cells,
            (cell) =>
              touched(cell) ||
              (throughService(cell) &&
                (!some || cell.attempts.some((a) => a.outcome === 'timeout' || a.outcome === 'no-route'))),
          ),
        },
      ]
    })
  },
})
