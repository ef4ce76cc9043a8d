import { blameSome, throughService } from '../facts/blame.ts'
import { check } from './check.ts'

export default check({
  id: 'ipvs-virtual-server-missing',
  title: 'IPVS has a virtual server with all endpoints for each address of the Service',
  item: 'rules',
  needs: ['served', 'service', 'drifts', 'world', 'proxy', 'cells', 'evidence'],
  applies: ({ drifts }) => (drifts.some((d) => d.backend === 'ipvs') ? true : 'no node that was looked at uses IPVS'),
  run({ served, service, drifts, world, proxy, cells, evidence }) {
    const ports =
      served.find(
        (s) =>
          s.service.metadata.name === service.metadata.name &&
          s.service.metadata.namespace === service.metadata.namespace,
      )?.ports ?? []
    return drifts
      .filter((d) => d.backend === 'ipvs')
      .flatMap(({ node }) => {
        const state = world.nodes.get(node)!
        if ('missing' in state.ipvs) return []
        const { path, value } = state.ipvs
        return ports.flatMap((port) =>
          (service.spec.clusterIPs ?? []).flatMap((ip) => {
            const server = value.find(
              (v) => v.protocol === port.protocol && v.address === ip && v.port === port.port.port,
            )
            const wanted = port.usable.map((t) => `${t.endpoint.address}:${t.port}`)
            const have = server?.servers.map((s) => `${s.address}:${s.port}`) ?? []
            const missing = wanted.filter((w) => !have.includes(w))
            const surplus = have.filter((h) => !wanted.includes(h))
            if (wanted.length === 0 || (server && missing.length === 0 && surplus.length === 0)) return []
            const name = `${service.metadata.namespace}/${service.metadata.name}`
            return [
              {
                says: server
                  ? `On ${node} the IPVS virtual server ${ip}:${port.port.port} of ${name} ${missing.length > 0 ? `lacks ${missing.join(', ')}` : `still sends to ${surplus.join(', ')}`}.`
                  : `On ${node} IPVS has no virtual server for ${ip}:${port.port.port} (${name}).`,
                on: node,
                proof: [evidence.proofLine(path, server?.line ?? 1)],
                why: server
                  ? 'connections from this node go to the wrong endpoints; other nodes are right'
                  : 'the address is local to the node (kube-ipvs0), so its own stack refuses the connection; other nodes have the virtual server',
                fix: [
                  `kubectl -n kube-system delete pod ${proxy.pods.get(node)?.object.metadata.name ?? `--field-selector spec.nodeName=${node}`}`,
                ],
                explains: blameSome(cells, (c) => c.from.node === node && throughService(c)),
              },
            ]
          }),
        )
      })
  },
})
