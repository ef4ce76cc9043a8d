import type { Cell, Outcome } from '../model.ts'
import { THROUGH_SERVICE, throughService } from './blame.ts'
import { agrees } from './but-for.ts'
import { failed } from './cells.ts'
import type { Endpoint } from './endpoints.ts'
import type { Served } from './expected.ts'

/**
 * Ids of the failed cells that are due to `nodes` whose pods and those of all others do not reach each other: what goes straight to a pod
 * beyond the cut, and what goes through a Service if as many tries failed as can have met an endpoint beyond it. `hosts` says that the
 * nodes' own addresses are cut off as well.
 */
export function blameIsolated(
  cells: readonly Cell[],
  served: readonly Served[],
  nodes: readonly string[],
  hosts: 'hosts' | 'pods' = 'pods',
): string[] {
  const beyond = (from: string, to: string | undefined) =>
    to !== undefined && from !== to && (nodes.includes(from) || nodes.includes(to))
  const isDue = (cell: Cell): boolean => {
    if (failed(cell) === 'none' || !cell.attempts.some((a) => LOST.has(a.outcome))) return false
    if (HOSTS.has(cell.to.kind)) return hosts === 'hosts' && beyond(cell.from.node, cell.to.node)
    const through = THROUGH_SERVICE.includes(cell.to.kind)
    if (!through && cell.to.node !== undefined) return beyond(cell.from.node, cell.to.node)
    if (hosts === 'hosts' && cell.to.kind === 'node-port' && beyond(cell.from.node, cell.to.node)) return true
    // a node port is translated by the node that it is asked of
    const at = cell.to.kind === 'node-port' ? (cell.to.node ?? cell.from.node) : cell.from.node
    const fits = through ? fitsLost(cell, served, ({ node }) => beyond(at, node)) : undefined
    // names and other Services: what stands behind them is not known here
    return fits ?? (nodes.includes(at) || !through)
  }
  return cells.filter(isDue).map((cell) => cell.id)
}

const LOST: ReadonlySet<string> = new Set(['timeout', 'no-route'])

/** Destinations that are nodes and not pods. */
const HOSTS: ReadonlySet<string> = new Set(['node', 'api-endpoint'])

/**
 * Whether a cell through the Service failed as it would if connections to some of its endpoints are lost: neither fewer nor more tries
 * than can have met one. Undefined where its endpoints are not known. Which endpoint a try meets is left to chance, unless session
 * affinity, a traffic policy or the topology chooses: then any number fits.
 */
function fitsLost(cell: Cell, served: readonly Served[], lost: (endpoint: Endpoint) => boolean): boolean | undefined {
  const [own] = served
  const port = own?.ports.find((p) => (p.name || String(p.port.port)) === cell.to.servicePort)
  if (!own || !port || port.usable.length === 0) return undefined
  const share = port.usable.filter(({ endpoint }) => lost(endpoint)).length / port.usable.length
  const { sessionAffinity, internalTrafficPolicy, externalTrafficPolicy, trafficDistribution } = own.service.spec
  const isChosen =
    sessionAffinity === 'ClientIP' ||
    internalTrafficPolicy === 'Local' ||
    externalTrafficPolicy === 'Local' ||
    trafficDistribution !== undefined
  return share > 0 && (isChosen || agrees(cell, { failed: share, ok: 1 - share, unknown: 0 }))
}

/**
 * Whether tries through the Service ended as those do that meet one of its lost endpoints, and no more of them than can have met one.
 * Where the endpoints are not known, how they ended is enough.
 */
export function metLost(
  cell: Cell,
  served: readonly Served[],
  servicePort: string | undefined,
  outcomes: ReadonlySet<Outcome>,
  lost: (endpoint: Endpoint) => boolean,
): boolean {
  const ended = throughService(cell, servicePort) && cell.attempts.some((a) => outcomes.has(a.outcome))
  return ended && fitsLost(cell, served, lost) !== false
}
