import { blameSome } from '../facts/blame.ts'
import { failed } from '../facts/cells.ts'
import { outsideTheModel } from '../facts/model-gap.ts'
import { check } from './check.ts'

export default check({
  id: 'np-external-firewall',
  title: 'The network before the nodes lets the node ports through',
  item: 'node-port',
  needs: ['cells', 'courses', 'world'],
  run({ cells, courses, world }) {
    const stopped = outsideTheModel(cells, courses).filter(
      (c) => c.to.kind === 'node-port' && c.from.node !== c.to.node && c.attempts.every((a) => a.outcome === 'timeout'),
    )
    const nodes = [...new Set(stopped.map((c) => c.to.node!))].filter((node) => world.nodes.has(node))
    return nodes.flatMap((node) => {
      const mine = stopped.filter((c) => c.to.node === node)
      const near = cells.filter((c) => c.to.kind === 'node-port' && c.to.node === node && c.from.node === node)
      const other = cells.filter((c) => c.to.kind === 'node' && c.to.node === node && c.from.node !== node)
      // its own pods and its other ports are reached: what is closed is this port, on the way to the node
      if (near.some((c) => failed(c) !== 'none') || !other.some((c) => failed(c) === 'none')) return []
      const port = mine[0]!.to.port
      return [
        {
          says: `Connections to node port ${port} of ${node} get lost before they reach it: a firewall between the clients and ${node} stops them.`,
          on: node,
          proof: [
            ...mine.slice(0, 2).map((c) => c.attempts[0]!.proof),
            ...near.slice(0, 1).map((c) => c.attempts[0]!.proof),
          ],
          why: `on ${node} itself the port answers, its other ports are reached from elsewhere, and none of its rules stops this one`,
          fix: [
            `# open TCP ${port} towards ${node} where its network is filtered: security group, load balancer, switch, upstream ACL`,
          ],
          explains: blameSome(cells, (c) => mine.includes(c)),
        },
      ]
    })
  },
})
