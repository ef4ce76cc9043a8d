import { blameSome } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'extip-is-node-ip-iptables',
  title: "No Service takes a port of a node's own address",
  item: 'external-ip',
  needs: ['allServices', 'nodes', 'cells', 'proxy', 'evidence'],
  applies: ({ proxy }) => (proxy.mode === 'ipvs' ? 'kube-proxy runs in IPVS mode' : true),
  run({ allServices, nodes, cells, evidence }) {
    return allServices.flatMap((s) =>
      [
        ...(s.object.spec.externalIPs ?? []),
        ...(s.object.status?.loadBalancer?.ingress ?? []).flatMap((i) => i.ip ?? []),
      ].flatMap((ip) => {
        const node = nodes.find((n) => n.addresses.includes(ip))
        if (!node) return []
        const taken = s.object.spec.ports?.map((p) => p.port) ?? []
        const name = `${s.object.metadata.namespace}/${s.object.metadata.name}`
        // the node's own server no longer answers at that port: the Service's pods do
        const explains = blameSome(
          cells,
          (cell) =>
            cell.to.ip === ip &&
            taken.includes(cell.to.port ?? 0) &&
            (cell.to.kind === 'node' || cell.to.kind === 'api-endpoint'),
        )
        return [
          {
            says: `Service ${name} has the address of node ${node.name} (${ip}) as external address: port ${taken.join(', ')} of the node itself now leads to the Service's pods.`,
            on: `service ${name}`,
            proof: [
              evidence.proofAt(s.path, 'items', s.index, 'spec', 'externalIPs'),
              evidence.proofAt('api/nodes.json', 'items', node.index, 'status', 'addresses'),
            ],
            why: "kube-proxy translates this address and port on every node before the node's own server is asked; all other ports of the node work",
            fix: [
              `kubectl -n ${s.object.metadata.namespace} patch service ${s.object.metadata.name} --type=json -p '[{"op":"remove","path":"/spec/externalIPs"}]'`,
            ],
            explains,
          },
        ]
      }),
    )
  },
})
