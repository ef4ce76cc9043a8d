import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'extip-is-node-ip-ipvs',
  title: "No Service makes a node's address local to the other nodes",
  item: 'external-ip',
  needs: ['allServices', 'nodes', 'cells', 'world', 'evidence'],
  leadsTo: [
    'ul-node-down-or-partition',
    'extip-is-node-ip-iptables',
    'ul-overlay-external-firewall',
    'cp-api-unreachable-from-node',
    'ep-readiness-failing',
    'cp-stale-apiserver-endpoint',
  ],
  run({ allServices, nodes, cells, world, evidence }) {
    const taken = allServices.flatMap((s) =>
      [
        ...(s.object.spec.externalIPs ?? []),
        ...(s.object.status?.loadBalancer?.ingress ?? []).flatMap((i) => i.ip ?? []),
      ].flatMap((ip) => {
        const node = nodes.find((n) => n.addresses.includes(ip))
        return node ? [{ s, ip, node }] : []
      }),
    )
    return taken.flatMap(({ s, ip, node }) => {
      // on every other node in IPVS mode kube-proxy binds the address to kube-ipvs0: packets for the node stay there
      const bound = [...world.nodes.values()].flatMap((n) => {
        const address =
          'value' in n.addresses && n.name !== node.name
            ? n.addresses.value.find((a) => a.address === ip && a.dev === 'kube-ipvs0')
            : undefined
        return address && 'value' in n.addresses
          ? [{ name: n.name, proof: evidence.proofLine(n.addresses.path, address.line) }]
          : []
      })
      if (bound.length === 0) return []
      const name = `${s.object.metadata.namespace}/${s.object.metadata.name}`
      const hit = new Set(bound.map((b) => b.name))
      return [
        {
          says: `Service ${name} has the address of node ${node.name} (${ip}) as external address; kube-proxy in IPVS mode on ${[...hit].join(', ')} has taken that address for its own, so ${[...hit].join(', ')} no longer reach${hit.size > 1 ? '' : 'es'} ${node.name}.`,
          on: [...hit].join(', '),
          proof: [
            evidence.proofAt(s.path, 'items', s.index, 'spec', 'externalIPs'),
            ...bound.map((b) => b.proof),
            evidence.proofAt('api/nodes.json', 'items', node.index, 'status', 'addresses'),
          ],
          why: `in IPVS mode every external address is bound to the device kube-ipvs0; packets for ${ip} are then delivered on the spot instead of going to ${node.name}, and its ARP requests are no longer answered`,
          fix: [
            `kubectl -n ${s.object.metadata.namespace} patch service ${s.object.metadata.name} --type=json -p '[{"op":"remove","path":"/spec/externalIPs"}]'`,
            `# a node that has lost the API server does not hear of that; then, on ${[...hit].join(', ')}:`,
            `ip addr del ${ip}/32 dev kube-ipvs0`,
          ],
          permanent: ['# deny such Services: admission plugin DenyServiceExternalIPs'],
          explains: blameSome(
            cells,
            (c) => hit.has(c.from.node) || hit.has(c.to.node ?? '') || c.to.ip === ip || c.to.node === node.name,
          ),
        },
      ]
    })
  },
})
