import { blameSome, throughService } from '../facts/blame.ts'
import { listenerText, listening, onLoopback } from '../facts/listening.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-one-port-of-many',
  title: 'Each of the several ports of the Service is served',
  item: 'service',
  needs: ['service', 'ports', 'cells', 'world', 'evidence'],
  applies: ({ ports }) => (ports.length > 1 ? true : 'the Service has one port'),
  run({ service, ports, cells, world, evidence }) {
    const { name, namespace } = service.metadata
    const served = ports.filter((port) => listening(world, evidence, port).some((p) => p.reachable))
    if (served.length === 0) return []
    return ports.flatMap((port, index) => {
      const pods = listening(world, evidence, port)
      if (pods.length === 0 || pods.some((p) => p.onPort.length > 0)) return []
      const servicePort = port.name || String(port.port.port)
      const taken = new Set(served.flatMap((s) => s.targets.map((t) => t.port)))
      const free = pods[0]!.listeners.filter(
        (l) => l.protocol === port.protocol && !onLoopback(l) && !taken.has(l.port),
      )
      return [
        {
          says: `Port ${servicePort} of Service ${namespace}/${name} goes to target port ${pods[0]!.port}, where no pod listens; its other ports are served.`,
          on: `service ${namespace}/${name}`,
          proof: [
            evidence.proofAt('api/service.json', 'spec', 'ports', index, 'targetPort'),
            pods[0]!.proofOfAbsence(),
          ],
          why: 'the pod itself refuses connections to this one port, so only this port fails, and for everyone',
          ...(free.length === 1
            ? {
                near: `pod ${pods[0]!.pod} also listens on ${listenerText(free[0]!)}`,
                fix: [
                  `kubectl -n ${namespace} patch service ${name} --type=json -p '[{"op":"replace","path":"/spec/ports/${index}/targetPort","value":${free[0]!.port}}]'`,
                ],
              }
            : {
                fix: [
                  `# make the pods listen on ${pods[0]!.port}, correct the target port of ${servicePort}, or remove the port from the Service`,
                ],
              }),
          explains: blameSome(
            cells,
            (cell) =>
              throughService(cell, servicePort) || (cell.to.kind === 'endpoint' && cell.to.port === pods[0]!.port),
          ),
        },
      ]
    })
  },
})
