import { blameSome, throughService } from '../facts/blame.ts'
import { listening, onLoopback } from '../facts/listening.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-protocol-mismatch',
  title: "The Service's ports have the protocol of the pods' listeners",
  item: 'service',
  needs: ['service', 'ports', 'cells', 'world', 'evidence'],
  leadsTo: ['app-not-listening', 'svc-targetport-wrong', 'svc-one-port-of-many'],
  run({ service, ports, cells, world, evidence }) {
    const { name, namespace } = service.metadata
    return ports.flatMap((port, index) => {
      const other = port.protocol === 'tcp' ? 'udp' : 'tcp'
      const pods = listening(world, evidence, port)
      const meant = pods.flatMap((p) =>
        p.listeners.filter((l) => l.protocol === other && l.port === p.port && !onLoopback(l)).map((l) => ({ p, l })),
      )
      if (meant.length === 0 || meant.length < pods.length || pods.some((p) => p.onPort.length > 0)) return []
      // both protocols on one number are two ports of the Service, like DNS
      if (ports.some((o) => o.protocol === other && o.port.port === port.port.port)) return []
      const servicePort = port.name || String(port.port.port)
      return [
        {
          says: `Port ${servicePort} of Service ${namespace}/${name} is ${port.protocol.toUpperCase()}, but its pods listen on ${other.toUpperCase()} ${meant[0]!.p.port}.`,
          on: `service ${namespace}/${name}`,
          proof: [
            evidence.proofAt('api/service.json', 'spec', 'ports', index, 'protocol'),
            meant[0]!.p.proof(meant[0]!.l),
          ],
          why: `kube-proxy forwards ${port.protocol.toUpperCase()} only, so ${other.toUpperCase()} clients meet no rule; directly at the pod ${other.toUpperCase()} answers`,
          fix: [
            `kubectl -n ${namespace} patch service ${name} --type=json -p '[{"op":"replace","path":"/spec/ports/${index}/protocol","value":"${other.toUpperCase()}"}]'`,
          ],
          explains: blameSome(
            cells,
            (cell) =>
              throughService(cell, servicePort) ||
              (cell.to.kind === 'endpoint' && cell.to.port === meant[0]!.p.port) ||
              (cell.to.kind === 'cluster-ip' && cell.to.port === port.port.port),
          ),
        },
      ]
    })
  },
})
