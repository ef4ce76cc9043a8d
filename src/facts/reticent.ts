import type { Attempt, Cell } from '../model.ts'
import type { Course } from '../walk/world.ts'
import { prospect } from './but-for.ts'
import type { Placed } from './cluster.ts'
import type { PortTargets } from './endpoints.ts'
import type { Pod } from './kube.ts'

/** Port numbers at which HTTP or TLS is spoken, whatever the port's name. */
const HTTP_PORTS = new Set([80, 443, 8080, 8443])

/** Whether a port's server has to answer a request, as HTTP and TLS do: by appProtocol, name, number, or an HTTP probe of its pods. */
function mustSpeak({ port, targets }: PortTargets, pods: readonly Placed<Pod>[]): boolean {
  if (port.appProtocol) return /^(https?|grpc|(kubernetes\.io\/)?(h2c|wss?))$/i.test(port.appProtocol)
  if (/^(https?|grpc|http2|web)(-|$)/.test(port.name ?? '') || HTTP_PORTS.has(port.port)) return true
  const numbers = new Set(targets.map((target) => target.port))
  const names = new Set(targets.map(({ endpoint }) => endpoint.pod))
  return pods
    .filter(({ object: { metadata } }) => names.has(`${metadata.namespace}/${metadata.name}`))
    .flatMap(({ object }) => object.spec.containers)
    .some((container) =>
      [container.readinessProbe, container.livenessProbe].some((probe) => {
        const at = probe?.httpGet?.port
        const declared = container.ports?.find((p) => p.name === at)?.containerPort
        return at !== undefined && numbers.has(declared ?? Number(at))
      }),
    )
}

/**
 * A TCP server need not answer what it does not understand: it may collect logs, or wait for the rest of a message of its own protocol.
 * Where a port is not said to speak HTTP and none of its servers has ever said a word, a connection that was made is all that a probe can
 * show, and counts as an answer. Where one has, those that keep silent hang.
 */
export function withoutReticence(
  cells: readonly Cell[],
  ports: readonly PortTargets[],
  pods: readonly Placed<Pod>[],
): Cell[] {
  const reticent = ports
    .filter((port) => port.protocol === 'tcp' && !mustSpeak(port, pods))
    .map((port) => port.name || String(port.port.port))
    .filter((name) => {
      const own = cells.filter(({ to }) => to.servicePort === name && to.protocol === 'tcp')
      const all = own.flatMap(({ attempts }) => attempts)
      return all.some(({ outcome }) => outcome === 'silent') && !all.some(({ outcome }) => outcome === 'ok')
    })
  if (reticent.length === 0) return [...cells]
  const heard = (attempt: Attempt): Attempt => (attempt.outcome === 'silent' ? { ...attempt, outcome: 'ok' } : attempt)
  return cells.map((cell) =>
    cell.to.protocol === 'tcp' && reticent.includes(cell.to.servicePort ?? '')
      ? { ...cell, attempts: cell.attempts.map(heard) }
      : cell,
  )
}

/**
 * Datagrams to a UDP port of the Service that nobody has ever answered, and that arrive by all that was read of the nodes: no fault, for
 * a UDP server need not answer, and no proof that it works either.
 */
export function unansweredDatagrams(cells: readonly Cell[], courses: ReadonlyMap<string, Course[]>): Cell[] {
  const isUdp = ({ to }: Cell) => to.protocol === 'udp' && to.servicePort !== undefined && to.port !== 53
  const answered = new Set(
    cells
      .filter((cell) => isUdp(cell) && cell.attempts.some(({ outcome }) => outcome === 'ok' || outcome === 'late'))
      .map(({ to }) => to.servicePort),
  )
  return cells.filter((cell) => {
    if (!isUdp(cell) || answered.has(cell.to.servicePort)) return false
    if (!cell.attempts.every(({ outcome }) => outcome === 'silent')) return false
    const foreseen = prospect(courses.get(cell.id) ?? [])
    return foreseen.ok > 0 && foreseen.failed === 0 && foreseen.unknown === 0
  })
}
