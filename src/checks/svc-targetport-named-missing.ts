import { blameAll, throughService } from '../facts/blame.ts'
import { matchesMap, nearest } from '../facts/labels.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-targetport-named-missing',
  title: "The Service's named target ports exist in its pods",
  item: 'service',
  needs: ['service', 'pods', 'endpoints', 'ports', 'cells', 'evidence'],
  applies: ({ service }) =>
    service.spec.ports?.some((p) => typeof p.targetPort === 'string') ? true : 'no target port is named',
  run({ service, pods, endpoints, ports, cells, evidence }) {
    if (endpoints.length === 0) return []
    const { name, namespace } = service.metadata
    const selected = pods.filter(
      (p) => service.spec.selector && matchesMap(service.spec.selector, p.object.metadata.labels),
    )
    return ports.flatMap(({ port, targets, protocol }, index) => {
      if (typeof port.targetPort !== 'string' || targets.length > 0 || selected.length === 0) return []
      const target = port.targetPort
      const declared = selected.flatMap((p) => p.object.spec.containers.flatMap((c) => c.ports ?? []))
      const sameName = declared.find((d) => d.name === target)
      const close = nearest(
        target,
        declared.flatMap((d) => d.name ?? []),
      )[0]
      const only = [
        ...new Set(
          declared.filter((d) => (d.protocol ?? 'TCP').toLowerCase() === protocol).map((d) => d.containerPort),
        ),
      ]
      const servicePort = port.name ?? String(port.port)
      const better = close ?? (only.length === 1 ? only[0] : undefined)
      return [
        {
          says: sameName
            ? `Port ${servicePort} of Service ${namespace}/${name} is ${protocol.toUpperCase()}, but the container port named "${target}" is ${sameName.protocol ?? 'TCP'}, so no endpoint has that port.`
            : `No container port of the selected pods is named "${target}" (target port of ${servicePort}), so the endpoints have an address but no port.`,
          on: `service ${namespace}/${name}`,
          proof: [evidence.proofAt('api/service.json', 'spec', 'ports', index, 'targetPort'), endpoints[0]!.proof],
          why: 'an endpoint without the port is none for kube-proxy: it refuses connections to this port from everywhere',
          ...(better === undefined || sameName
            ? {
                fix: [
                  `# give a container port the name "${target}" with protocol ${protocol.toUpperCase()}, or set targetPort to a number`,
                ],
              }
            : {
                near: close ? `the pods name a port "${close}"` : `the pods declare port ${better} only`,
                fix: [
                  `kubectl -n ${namespace} patch service ${name} --type=json -p '[{"op":"replace","path":"/spec/ports/${index}/targetPort","value":${JSON.stringify(better)}}]'`,
                ],
              }),
          explains: blameAll(cells, (cell) => throughService(cell, servicePort)),
        },
      ]
    })
  },
})
