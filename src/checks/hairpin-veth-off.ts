import { failed } from '../facts/cells.ts'
import { guiltOf } from '../facts/guilt.ts'
import { check } from './check.ts'

export default check({
  id: 'hairpin-veth-off',
  title: "The bridge lets a pod's packets back to itself",
  item: 'hairpin',
  needs: ['endings', 'world', 'cells', 'courses', 'evidence'],
  run({ endings, world, cells, courses, evidence }) {
    return endings.flatMap(({ end, cells: theirs }) => {
      if (end.fate !== 'lost' || end.kind !== 'bridge' || !/hairpin/.test(end.by)) return []
      const state = world.nodes.get(end.node)
      const ports =
        state && 'value' in state.links
          ? state.links.value.filter((l) => l.port && !l.port.hairpin && end.proof.some((p) => p.line === l.line))
          : []
      if (!state || ports.length === 0) return []
      const change = {
        change: 'several' as const,
        changes: ports.map((l) => ({ change: 'set-link' as const, node: end.node, dev: l.name, hairpin: true })),
      }
      const healed = guiltOf({ world, cells, courses }, change)
      const self = theirs.filter((cell) => cell.to.kind === 'hairpin' && failed(cell) !== 'none').map((cell) => cell.id)
      return [
        {
          says: `On ${end.node} the bridge port of the pod (${ports.map((l) => l.name).join(', ')}) has hairpin mode off: a pod that reaches its own Service and is sent to itself gets no answer.`,
          on: end.node,
          proof: ports.map((l) => evidence.proofLine(state.links.path, l.line)),
          why: 'a bridge does not send a frame back out of the port it came in by unless that port is a hairpin; only the tries that are sent to the pod itself fail or come late',
          fix: [`# on ${end.node}:`, ...ports.map((l) => `ip link set ${l.name} type bridge_slave hairpin on`)],
          permanent: [
            '# "hairpinMode": true in the CNI configuration (/etc/cni/net.d), then recreate the pods of the node',
          ],
          explains: [...new Set([...healed, ...(healed.length > 0 ? self : [])])],
          change,
        },
      ]
    })
  },
})
