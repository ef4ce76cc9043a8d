import type { Proof } from '../model.ts'
import type { Listener } from '../parse/host.ts'
import type { World } from '../walk/world.ts'
import type { PortTargets } from './endpoints.ts'
import type { Reader } from './reader.ts'

/** What a pod behind an endpoint listens on. */
export interface Listening {
  address: string
  pod: string
  port: number
  listeners: Listener[]
  path: string
  /** Listeners of the endpoint's protocol on its port, whatever the address. */
  onPort: Listener[]
  /** Whether one of them takes connections to the pod's address. */
  reachable: boolean
  proof(listener: Listener): Proof
  /** A proof for "nothing there": the file's first line. */
  proofOfAbsence(): Proof
}

/** For each endpoint of a port: what its pod listens on, where that could be read. */
export function listening(world: World, r: Reader, port: PortTargets): Listening[] {
  return port.targets.flatMap(({ endpoint, port: number }) => {
    const pod = world.pods.get(endpoint.address)
    if (!pod?.listeners || 'missing' in pod.listeners) return []
    const { value, path } = pod.listeners
    const mine = value.filter((l) => l.protocol === port.protocol)
    const onPort = mine.filter((l) => l.port === number)
    const six = endpoint.address.includes(':')
    return [
      {
        address: endpoint.address,
        pod: pod.name,
        port: number,
        listeners: value,
        path,
        onPort,
        reachable: onPort.some(
          (l) =>
            (l.address === 'any' && (six ? l.family === 6 : l.family === 4 || !l.v6only)) ||
            l.address === endpoint.address,
        ),
        proof: (listener: Listener) => r.proofLine(path, listener.line),
        proofOfAbsence: () => r.proofLine(path, 1),
      },
    ]
  })
}

/** `10.0.0.1:80/tcp` for people. */
export function listenerText(l: Listener): string {
  const address = l.address === 'any' ? '*' : l.address.includes(':') ? `[${l.address}]` : l.address
  return `${address}:${l.port}/${l.protocol}`
}

/** Whether a listener is bound to loopback only. */
export function onLoopback(l: Listener): boolean {
  return l.address === '::1' || l.address.startsWith('127.')
}
