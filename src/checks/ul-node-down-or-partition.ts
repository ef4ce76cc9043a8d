import { failed } from '../facts/cells.ts'
import { blameIsolated } from '../facts/isolated.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-node-down-or-partition',
  title: 'The nodes reach each other',
  item: 'node',
  needs: ['cells', 'served', 'nodes', 'evidence'],
  leadsTo: ['ep-readiness-failing', 'ep-ready-but-dead', 'ul-overlay-external-firewall', 'svc-manual-slice-broken'],
  run({ cells, served, nodes, evidence }) {
    return nodes.flatMap((node) => {
      const to = cells.filter((c) => c.to.kind === 'node' && c.to.node === node.name && c.from.node !== node.name)
      if (
        to.length === 0 ||
        !to.every(
          (c) => failed(c) === 'all' && c.attempts.every((a) => a.outcome === 'timeout' || a.outcome === 'no-route'),
        )
      )
        return []
      const at = (node.object.status?.conditions ?? []).findIndex((c) => c.type === 'Ready')
      return [
        {
          says: `Node ${node.name} (${node.internalIps[0]}) is not reached by the others at all${node.ready === 'True' ? '' : `, and its kubelet no longer reports (Ready = ${node.ready})`}: it is down or cut off.`,
          on: node.name,
          proof: [
            ...to.slice(0, 2).map((c) => c.attempts[0]!.proof),
            evidence.proofAt('api/nodes.json', 'items', node.index, 'status', 'conditions', Math.max(at, 0), 'type'),
          ],
          why: 'not only its pods but its own address gives no answer, from every other node; endpoints on other nodes answer',
          fix: [
            `# bring ${node.name} or its network link back; until then keep traffic off it:`,
            `kubectl cordon ${node.name}`,
          ],
          explains: blameIsolated(cells, served, [node.name], 'hosts'),
        },
      ]
    })
  },
})
