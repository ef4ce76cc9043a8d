import type { Cell, DestinationKind, Outcome } from '../model.ts'
import { failed } from './cells.ts'

/** Ways to the Service that go through its virtual address and so through its endpoints. */
export const THROUGH_SERVICE: readonly DestinationKind[] = [
  'cluster-ip',
  'node-port',
  'external-ip',
  'load-balancer',
  'hairpin',
]

/** Ids of the failed cells among those that a fault must make fail; none when one of them came through, for then it is not that fault. */
export function blameAll(cells: readonly Cell[], mustFail: (cell: Cell) => boolean): string[] {
  const foreseen = cells.filter(mustFail)
  if (foreseen.some((cell) => failed(cell) === 'none')) return []
  return foreseen.map((cell) => cell.id)
}

/** Ids of the failed cells among those that a fault can make fail for a share of tries or of vantages. */
export function blameSome(cells: readonly Cell[], mayFail: (cell: Cell) => boolean): string[] {
  return cells.filter((cell) => failed(cell) !== 'none' && mayFail(cell)).map((cell) => cell.id)
}

/** Whether a cell's failed tries all ended in one of these ways. */
export function endedAs(cell: Cell, ...outcomes: Outcome[]): boolean {
  return cell.attempts.every((a) => a.outcome === 'ok' || outcomes.includes(a.outcome))
}

/** Whether a cell goes through the Service, for one of its ports or any. */
export function throughService(cell: Cell, servicePort?: string): boolean {
  return THROUGH_SERVICE.includes(cell.to.kind) && (servicePort === undefined || cell.to.servicePort === servicePort)
}
