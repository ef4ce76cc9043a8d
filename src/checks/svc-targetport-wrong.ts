import { blameSome, throughService } from '../facts/blame.ts'
import { listenerText, listening, onLoopback } from '../facts/listening.ts'
import { check } from './check.ts'

export default check({
  id: 'svc-targetport-wrong',
  title: "The Service's target ports are ports that its pods listen on",
  item: 'service',
  needs: ['service', 'ports', 'cells', 'world', 'evidence'],
  run({ service, ports, cells, world, evidence }) {
    const { name, namespace } = service.metadata
    // one wrong port among several that are right is a fault of its own name
    const wrong = ports.filter((port) => isWrong(listening(world, evidence, port)))
    if (ports.length > 1 && wrong.length < ports.length) return []
    return wrong.map((port) => {
      const pods = listening(world, evidence, port)
      const servicePort = port.name || String(port.port.port)
      const others = pods[0]!.listeners.filter((l) => l.protocol === port.protocol && !onLoopback(l))
      const number = pods[0]!.port
      const index = ports.indexOf(port)
      const better = [...new Set(others.map((l) => l.port))]
      const target = typeof port.port.targetPort === 'string' ? `"${port.port.targetPort}" (${number})` : String(number)
      return {
        says: `Service ${namespace}/${name} sends port ${servicePort} to target port ${target}, where its pods do not listen; they listen on ${better.join(', ')}.`,
        on: `service ${namespace}/${name}`,
        proof: [evidence.proofAt('api/service.json', 'spec', 'ports', index, 'targetPort'), pods[0]!.proof(others[0]!)],
        why: 'the pod itself refuses the connection (RST), so everyone is refused, also directly at the pod address',
        near: `pod ${pods[0]!.pod} listens on ${others.map(listenerText).join(', ')}`,
        fix:
          better.length === 1
            ? [
                `kubectl -n ${namespace} patch service ${name} --type=json -p '[{"op":"replace","path":"/spec/ports/${index}/targetPort","value":${better[0]}}]'`,
              ]
            : [`# set targetPort of port ${servicePort} to the one of ${better.join(', ')} that serves it`],
        explains: blameSome(
          cells,
          (cell) => throughService(cell, servicePort) || (cell.to.kind === 'endpoint' && cell.to.port === number),
        ),
      }
    })
  },
})

/** Every pod that could be read has no listener on the port, and has another one that others could reach. */
function isWrong(pods: ReturnType<typeof listening>): boolean {
  return (
    pods.length > 0 &&
    pods.every((p) => p.onPort.length === 0 && p.listeners.some((l) => l.protocol === 'tcp' && !onLoopback(l)))
  )
}
