import { blameSome } from '../facts/blame.ts'
import { metLost } from '../facts/isolated.ts'
import { listening, onLoopback } from '../facts/listening.ts'
import { check } from './check.ts'

export default check({
  id: 'app-not-listening',
  title: 'Every pod behind the Service has a listener',
  item: 'application',
  needs: ['ports', 'served', 'cells', 'world', 'evidence'],
  leadsTo: ['ep-readiness-failing'],
  run({ ports, served, cells, world, evidence }) {
    return ports.flatMap((port) => {
      const servicePort = port.name || String(port.port.port)
      const known = listening(world, evidence, port)
      const pods = known.filter(
        (p) => p.listeners.every((l) => l.protocol !== port.protocol || onLoopback(l)) && p.onPort.length === 0,
      )
      if (pods.length === 0) return []
      const addresses = new Set(pods.map((p) => p.address))
      return [
        {
          says: `No process in ${pods.map((p) => p.pod).join(', ')} listens on ${port.protocol.toUpperCase()} ${pods[0]!.port}, or on any other port.`,
          on: `pod ${pods.map((p) => p.pod).join(', ')}`,
          proof: pods.map((p) => p.proofOfAbsence()),
          why: 'the pod runs and counts as ready, but its kernel refuses every connection',
          fix: [
            `kubectl logs -n ${pods[0]!.pod.split('/')[0]} ${pods[0]!.pod.split('/')[1]} --all-containers`,
            '# find out why the server does not listen; a readiness probe on the port would have kept the pod out of the Service',
          ],
          explains: blameSome(
            cells,
            (cell) =>
              (cell.to.kind === 'endpoint' && addresses.has(cell.to.ip ?? '') && cell.to.port === pods[0]!.port) ||
              metLost(cell, served, servicePort, new Set(['refused']), ({ address }) => addresses.has(address)),
          ),
        },
      ]
    })
  },
})
