import { guiltOf } from '../facts/guilt.ts'
import { contains } from '../net.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-service-cidr-route-trap',
  title: "No route on the nodes catches the Services' addresses",
  item: 'node',
  needs: ['world', 'cells', 'courses', 'served', 'evidence'],
  run({ world, cells, courses, served, evidence }) {
    const vips = served
      .flatMap((s) => s.service.spec.clusterIPs ?? [])
      .filter((ip) => !ip.includes(':') && ip !== 'None')
    return [...world.nodes.values()].flatMap((node) => {
      if ('missing' in node.routes) return []
      const { path, value } = node.routes
      return value
        .filter(
          (route) =>
            ['blackhole', 'unreachable', 'prohibit'].includes(route.type) &&
            vips.some((ip) => contains(route.destination, ip)),
        )
        .map((route) => {
          const change = { change: 'delete-route' as const, node: node.name, line: route.line, path }
          return {
            says: `A ${route.type} route on ${node.name} catches the addresses of the Services (${route.destination}).`,
            on: node.name,
            proof: [evidence.proofLine(path, route.line)],
            why: "the host's own connections are routed before kube-proxy's rules translate them; packets of pods are translated first and pass",
            fix: [
              `# on ${node.name}:`,
              `ip route del ${route.type} ${route.destination}${route.table === 'main' ? '' : ` table ${route.table}`}`,
            ],
            explains: guiltOf({ world, cells, courses }, change),
            change,
          }
        })
    })
  },
})
