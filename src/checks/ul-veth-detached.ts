import { guiltOf } from '../facts/guilt.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-veth-detached',
  title: "Every pod's interface is attached to the bridge of its node",
  item: 'node',
  needs: ['endings', 'world', 'cells', 'courses', 'evidence'],
  leadsTo: ['ep-readiness-failing', 'ep-ready-but-dead'],
  run({ world, cells, courses, evidence }) {
    return [...world.nodes.values()].flatMap((node) => {
      if ('missing' in node.links) return []
      const { path, value } = node.links
      const bridge = value.find(
        (l) => l.kind === 'bridge' && value.some((p) => p.master === l.name && p.kind === 'veth'),
      )
      if (!bridge) return []
      return value
        .filter((l) => l.kind === 'veth' && l.name.startsWith('veth') && l.master === undefined)
        .map((l) => {
          const change = {
            change: 'set-link' as const,
            node: node.name,
            dev: l.name,
            master: bridge.name,
            up: true,
            hairpin: true,
          }
          const healed = guiltOf({ world, cells, courses }, change)
          const silent = cells
            .filter(
              (c) =>
                c.to.kind === 'endpoint' &&
                c.to.node === node.name &&
                c.attempts.every((a) => a.outcome === 'timeout' || a.outcome === 'no-route'),
            )
            .map((c) => c.id)
          return {
            says: `On ${node.name} the interface ${l.name} of a pod is not attached to the bridge ${bridge.name} as those of the other pods are.`,
            on: node.name,
            proof: [evidence.proofLine(path, l.line), evidence.proofLine(path, bridge.line)],
            why: 'this one pod is cut off from everyone, its own host included; the other pods of the node are not concerned',
            fix: [
              `# on ${node.name}:`,
              `ip link set ${l.name} master ${bridge.name} up`,
              `ip link set ${l.name} type bridge_slave hairpin on`,
              '# or delete the pod: it gets a new interface',
            ],
            explains: healed.length > 0 ? healed : silent,
            ...(healed.length > 0 ? {} : { unsure: 'which pod the interface belongs to is not shown by the node' }),
            change,
          }
        })
    })
  },
})
