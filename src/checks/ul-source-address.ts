import { guiltOf } from '../facts/guilt.ts'
import { check } from './check.ts'

export default check({
  id: 'ul-source-address',
  title: 'The nodes ask the Services from an address that can be answered',
  item: 'node',
  needs: ['endings', 'nodes', 'world', 'cells', 'courses', 'controlPlane', 'evidence'],
  run({ endings, nodes, world, cells, courses, controlPlane, evidence }) {
    const found = new Map<string, (typeof endings)[number]>()
    for (const ending of endings)
      for (const cell of ending.cells)
        if (cell.from.kind === 'host' && ending.way === 'back' && !found.has(cell.from.node))
          found.set(cell.from.node, ending)
    return [...found].flatMap(([name, { end, cells: theirs }]) => {
      const state = world.nodes.get(name)
      const own = nodes.find((n) => n.name === name)?.internalIps[0]
      if (!state || 'missing' in state.routes || 'missing' in state.addresses || !own) return []
      const device = state.addresses.value.find((a) => a.address === own)?.dev
      const vip = theirs.find((c) => c.to.kind === 'cluster-ip' || c.to.kind === 'api')?.to.ip
      const fallback = state.routes.value.find((route) => route.destination === '0.0.0.0/0' && route.table === 'main')
      if (!device || !vip || !fallback || fallback.dev === device) return []
      const cidr = controlPlane.serviceCidrs.find((c) => !c.includes(':')) ?? `${vip}/32`
      const wrong = state.addresses.value.find((a) => a.dev === fallback.dev && a.family === 4)
      const change = {
        change: 'add-route' as const,
        node: name,
        route: {
          family: 4 as const,
          type: 'unicast' as const,
          destination: cidr,
          table: 'main',
          dev: device,
          source: own,
          metric: 0,
          scope: 'link',
          flags: [],
        },
      }
      return [
        {
          says: `${name} asks the Services from ${wrong?.address ?? fallback.dev} (${fallback.dev}), an address that the endpoints cannot answer: its default route leaves by another interface than its node address ${own} (${device}).`,
          on: name,
          proof: [
            evidence.proofLine(state.routes.path, fallback.line),
            ...(wrong ? [evidence.proofLine(state.addresses.path, wrong.line)] : []),
            ...end.proof,
          ],
          why: "the source address is chosen by the route to the cluster IP, before kube-proxy's rules replace it; nothing rewrites it afterwards for endpoints with the network of their host. Direct access takes the right route, pods have an address of their own",
          fix: [`# on ${name}:`, `ip route add ${cidr} dev ${device}`],
          permanent: [
            `# make the route last on ${name} (netplan, NetworkManager, /etc/network), or set clusterCIDR in kube-proxy's configuration: then it masquerades such connections`,
          ],
          explains: guiltOf({ world, cells, courses }, change),
          change,
        },
      ]
    })
  },
})
