import { shutByPolicy, silentByDesign } from './facts/by-design.ts'
import { failed } from './facts/cells.ts'
import type { KnownFacts } from './facts/facts.ts'
import { unansweredDatagrams } from './facts/reticent.ts'
import type { Cell } from './model.ts'

/** Destinations that are the Service itself; all others are controls. */
export const OWN = new Set([
  'dns',
  'cluster-ip',
  'endpoint',
  'node-port',
  'external-ip',
  'load-balancer',
  'hairpin',
  'external-name',
])

/** The failed probes by weight: of the Service itself, and controls. */
export interface Weighed {
  hard: Cell[]
  soft: Cell[]
  /** Datagrams that nobody answered and nobody need answer: neither failed nor proof of anything. */
  mute: Cell[]
}

/** Tells the failed probes that count apart; what fails by design or harms nobody is in neither list. */
export function weigh(facts: KnownFacts, cells: Cell[]): Weighed {
  // endpoints that are not ready get no traffic; a late answer alone may be a busy machine
  const idle = new Set(
    'value' in facts.endpoints
      ? facts.endpoints.value.filter((e) => !e.ready && !(e.serving && e.terminating)).map((e) => e.address)
      : [],
  )
  const { service: asked, endpoints, policies, enforcer } = facts
  const enforced = 'value' in enforcer && enforcer.value.enforces && 'value' in policies ? policies.value : []
  const mute = 'value' in facts.courses ? unansweredDatagrams(cells, facts.courses.value) : []
  const designed = (cell: Cell) =>
    mute.includes(cell) ||
    ('value' in asked && 'value' in endpoints && silentByDesign(asked.value, endpoints.value, cell)) ||
    shutByPolicy(enforced, cell)
  // a node port on 127.0.0.1 is one mode's habit, and always fails in the others
  const bad = cells.filter((cell) => failed(cell) !== 'none' && cell.to.variant !== 'localhost' && !designed(cell))
  const served = 'value' in facts.endpoints && facts.endpoints.value.some((e) => e.ready)
  const isIdle = (cell: Cell) => cell.to.kind === 'endpoint' && idle.has(cell.to.ip ?? '')
  const isHard = (cell: Cell) =>
    OWN.has(cell.to.kind) &&
    // a port that the Service does not have tells who holds an address
    cell.to.variant !== 'holder' &&
    !isIdle(cell) &&
    !(
      cell.to.kind === 'hairpin' &&
      failed(cell) !== 'none' &&
      cell.attempts.every((a) => a.outcome === 'ok' || a.outcome === 'late')
    )
  const service = 'value' in facts.service ? facts.service.value : undefined
  const type = service?.spec.type ?? 'ClusterIP'
  const hard = bad.filter((cell) => isHard(cell) && (cell.to.kind !== 'external-name' || type === 'ExternalName'))
  // while others take the traffic, a pod that is not ready harms nobody: it may be starting, or be kept out on purpose
  const soft = bad.filter((cell) => !hard.includes(cell) && !(isIdle(cell) && served))
  return { hard, soft, mute }
}
