import type { Check, Item } from './checks/check.ts'
import { failed } from './facts/cells.ts'
import type { KnownFacts } from './facts/facts.ts'
import type { Cell, ChecklistItem, Finding, Verdict } from './model.ts'
import type { Weighed } from './weigh.ts'

interface Row {
  axis: ChecklistItem['axis']
  item: Item
  /** Shown when it holds. */
  holds: string
  /** Probes that prove it when they came through. */
  proves(cell: Cell): boolean
}

/** The three axes, in the order in which an engineer would go through them, then what the Service has beyond. */
const ROWS: Row[] = [
  {
    axis: 'dns',
    item: 'cluster-dns',
    holds: 'the cluster DNS answers',
    proves: (c) => c.to.kind === 'dns-server' || c.to.kind === 'dns',
  },
  { axis: 'dns', item: 'name', holds: "the Service's name resolves", proves: (c) => c.to.kind === 'dns' },
  {
    axis: 'cluster-ip',
    item: 'service',
    holds: 'the Service is defined as its pods are',
    proves: (c) => c.to.kind === 'cluster-ip',
  },
  { axis: 'cluster-ip', item: 'endpoints', holds: 'it has ready endpoints', proves: (c) => c.to.kind === 'cluster-ip' },
  {
    axis: 'cluster-ip',
    item: 'application',
    holds: 'every ready endpoint answers',
    proves: (c) => c.to.kind === 'endpoint',
  },
  {
    axis: 'cluster-ip',
    item: 'kube-proxy',
    holds: 'kube-proxy runs and is in sync',
    proves: (c) => c.to.kind === 'cluster-ip',
  },
  {
    axis: 'cluster-ip',
    item: 'rules',
    holds: 'the rules lead to the endpoints',
    proves: (c) => c.to.kind === 'cluster-ip',
  },
  {
    axis: 'cluster-ip',
    item: 'node',
    holds: 'the nodes let the packets pass',
    proves: (c) => c.to.kind === 'cluster-ip' || c.to.kind === 'endpoint',
  },
  {
    axis: 'cluster-ip',
    item: 'overlay',
    holds: 'pods reach pods on other nodes',
    proves: (c) => c.to.kind === 'endpoint' && c.from.node !== c.to.node,
  },
  {
    axis: 'cluster-ip',
    item: 'policy',
    holds: 'no NetworkPolicy is in the way',
    proves: (c) => c.to.kind === 'endpoint',
  },
  {
    axis: 'cluster-ip',
    item: 'control-plane',
    holds: 'the control plane keeps the endpoints current',
    proves: (c) => c.to.kind === 'cluster-ip',
  },
  {
    axis: 'hairpin',
    item: 'hairpin',
    holds: 'a pod reaches itself through the Service',
    proves: (c) => c.to.kind === 'hairpin',
  },
  { axis: 'node-port', item: 'node-port', holds: 'the node ports answer', proves: (c) => c.to.kind === 'node-port' },
  {
    axis: 'external-ip',
    item: 'external-ip',
    holds: 'the external addresses answer',
    // one on a port that the Service does not have only tells who holds the address
    proves: (c) => c.to.kind === 'external-ip' && c.to.variant !== 'holder',
  },
  {
    axis: 'load-balancer',
    item: 'load-balancer',
    holds: 'the load balancer address answers',
    proves: (c) => c.to.kind === 'load-balancer',
  },
  {
    axis: 'external-name',
    item: 'external-name',
    holds: 'the external name resolves',
    proves: (c) => c.to.kind === 'external-name',
  },
]

/**
 * The checklist: a row fails with a finding of its own, passes when its probes came through, and is unknown with the reason otherwise.
 * A row is silent about the failed probes that are not in `weighed`: they fail by design.
 */
export function checklist(
  facts: KnownFacts,
  findings: readonly Finding[],
  verdict: Verdict,
  checks: readonly Check[],
  weighed: Weighed,
): ChecklistItem[] {
  const service = 'value' in facts.service ? facts.service.value : undefined
  const cells = 'value' in facts.cells ? facts.cells.value : []
  const counts = new Set([...weighed.hard, ...weighed.soft])
  const itemOf = new Map(checks.map((check) => [check.id, check.item]))
  return ROWS.map((row): ChecklistItem => {
    const { axis, item } = row
    const why = notApplicable(row, service)
    if (why) return { axis, item, state: 'not-applicable', says: why }
    const cause = verdict.causes.find((c) => itemOf.get(c.check) === item)
    if (cause) return { axis, item, state: 'fail', says: cause.says }
    const proving = cells.filter((cell) => row.proves(cell) && (failed(cell) === 'none' || counts.has(cell)))
    const bad = proving.filter((cell) => failed(cell) !== 'none')
    const own = findings.filter((f) => itemOf.get(f.check) === item)
    if (proving.length > 0 && bad.length === 0) return { axis, item, state: 'pass', says: row.holds }
    const explained = bad.every((cell) => verdict.causes.some((c) => c.explains.includes(cell.id)))
    const unknown = own.find((f) => f.state === 'unknown')
    if (bad.length > 0 && !explained) {
      // controls and late answers alone do not make the Service broken, and nothing that was read says what they mean
      const isHard = bad.some((cell) => weighed.hard.includes(cell))
      const many = `${bad.length} of ${proving.length} kinds of probe failed`
      return {
        axis,
        item,
        state: unknown || !isHard ? 'unknown' : 'fail',
        says: unknown?.says ?? (isHard ? many : `${many}, none of which shows the Service broken`),
      }
    }
    if (bad.length > 0 && isSymptomRow(item)) return { axis, item, state: 'fail', says: `follows from the cause above` }
    if (unknown) return { axis, item, state: 'unknown', says: unknown.says.split('\n')[0]! }
    if (proving.length === 0 && (own.length === 0 || isOutcome(item)))
      return { axis, item, state: 'unknown', says: 'no probe shows it' }
    return { axis, item, state: 'pass', says: row.holds }
  })
}

/** Rows that say what arrives: only a probe can tell. What the others say can be read off the nodes. */
function isOutcome(item: Item): boolean {
  return item === 'application' || item === 'overlay' || isSymptomRow(item)
}

/** Rows that state an outcome as such, not a part of the machinery: they fail with their probes. */
function isSymptomRow(item: Item): boolean {
  return ['name', 'hairpin', 'node-port', 'external-ip', 'load-balancer', 'external-name'].includes(item)
}

function notApplicable(
  row: Row,
  service:
    | { spec: { type?: string; clusterIP?: string; ports?: { nodePort?: number }[]; externalIPs?: string[] } }
    | undefined,
): string | undefined {
  if (!service) return undefined
  const { spec } = service
  if (row.axis === 'external-name') return spec.type === 'ExternalName' ? undefined : 'not an ExternalName Service'
  if (row.axis === 'dns') return undefined
  if (spec.type === 'ExternalName') return 'an ExternalName Service is a DNS alias only'
  if (row.axis === 'node-port') return spec.ports?.some((p) => p.nodePort) ? undefined : 'the Service has no node port'
  if (row.axis === 'external-ip') return spec.externalIPs?.length ? undefined : 'the Service has no external address'
  if (row.axis === 'load-balancer') return spec.type === 'LoadBalancer' ? undefined : 'not a LoadBalancer Service'
  if (spec.clusterIP === 'None' && (row.item === 'rules' || row.item === 'kube-proxy' || row.item === 'hairpin'))
    return 'a headless Service has no cluster IP'
  return undefined
}
