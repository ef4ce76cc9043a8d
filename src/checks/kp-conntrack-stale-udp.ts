import { guiltOf } from '../facts/guilt.ts'
import { check } from './check.ts'

export default check({
  id: 'kp-conntrack-stale-udp',
  title: 'No old connection entry keeps a UDP client on an endpoint that is gone',
  item: 'node',
  needs: ['served', 'world', 'cells', 'courses', 'evidence'],
  run({ served, world, cells, courses, evidence }) {
    return [...world.nodes.values()].flatMap((node) => {
      if ('missing' in node.conntrack) return []
      const { path, value } = node.conntrack
      return value.flatMap((entry) => {
        if (entry.protocol !== 'udp') return []
        const service = served.find(
          (s) =>
            (s.service.spec.clusterIPs ?? []).includes(entry.original.destination) &&
            s.ports.some((p) => p.protocol === 'udp' && p.port.port === entry.original.dport),
        )
        if (!service) return []
        const alive = service.ports.some((p) => p.targets.some((t) => t.endpoint.address === entry.reply.source))
        if (alive) return []
        const { name, namespace } = service.service.metadata
        const change = { change: 'delete-conntrack' as const, node: node.name, line: entry.line }
        return [
          {
            says: `${node.name} keeps a UDP connection of ${entry.original.source}:${entry.original.sport} to Service ${namespace}/${name} on ${entry.reply.source}, which is no endpoint any more.`,
            on: node.name,
            proof: [evidence.proofLine(path, entry.line)],
            why: 'as long as this client keeps sending from the same port, the entry stays and decides; other ports and other clients go through the current rules',
            fix: [
              `# on ${node.name}:`,
              `conntrack -D -p udp --orig-dst ${entry.original.destination} --orig-port-dst ${entry.original.dport}`,
            ],
            explains: guiltOf({ world, cells, courses }, change),
            change,
          },
        ]
      })
    })
  },
})
