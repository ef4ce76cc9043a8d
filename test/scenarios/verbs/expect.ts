import type { Expectation, ExpectedCause } from '../../cluster/scenario.ts'

/** One cause, on a node or object where that matters. */
export function faulty(check: string, on?: string, more: Partial<Expectation> = {}): Expectation {
  return { state: 'faulty', first: cause(check, on), ...more }
}

/** Two or more independent causes; which of them is on top does not matter. */
export function faultyBoth(...all: [check: string, on?: string][]): Expectation {
  return { state: 'faulty', also: all.map(([check, on]) => cause(check, on)) }
}

export const healthy: Expectation = { state: 'healthy' }

function cause(check: string, on?: string): ExpectedCause {
  return on === undefined ? { check } : { check, on }
}
