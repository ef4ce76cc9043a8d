import { blameSome } from '../facts/blame.ts'
import { metLost } from '../facts/isolated.ts'
import { listenerText, listening, onLoopback } from '../facts/listening.ts'
import { check } from './check.ts'

export default check({
  id: 'app-listens-loopback',
  title: 'The pods listen on an address that others can reach',
  item: 'application',
  needs: ['ports', 'served', 'cells', 'world', 'evidence'],
  leadsTo: ['ep-readiness-failing'],
  run({ ports, served, cells, world, evidence }) {
    return ports.flatMap((port) => {
      const servicePort = port.name || String(port.port.port)
      const pods = listening(world, evidence, port).filter((p) => p.onPort.length > 0 && p.onPort.every(onLoopback))
      if (pods.length === 0) return []
      const addresses = new Set(pods.map((p) => p.address))
      return [
        {
          says: `${pods.map((p) => p.pod).join(', ')} listens on ${listenerText(pods[0]!.onPort[0]!)} only: nobody outside the pod can connect.`,
          on: `pod ${pods.map((p) => p.pod).join(', ')}`,
          proof: pods.map((p) => p.proof(p.onPort[0]!)),
          why: 'connections to the pod address find no listener and are refused by the pod itself',
          fix: [
            `# make the server bind 0.0.0.0 (or ::) instead of ${pods[0]!.onPort[0]!.address}: its --bind/--host option or configuration`,
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
