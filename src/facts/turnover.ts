import type { Known, Proof } from '../model.ts'
import type { Drift } from './drift.ts'
import { type Endpoint, endpointsOf } from './endpoints.ts'
import type { EndpointSlice, List } from './kube.ts'
import type { Reader } from './reader.ts'

const FIRST = 'api/endpointslices.json'
const LAST = 'api/later/endpointslices.json'

/** What became of a Service's endpoints while a run went on: they are read at its beginning and at its end. */
export interface Turnover {
  /** Entries of the last reading; absent where there was only one. */
  last: Endpoint[] | undefined
  /** Slices whose content changed meanwhile, and how often at least (`metadata.generation`, which labels do not move). */
  rewritten: { slice: string; times: number; proof: Proof[] }[]
}

/** Compares the first and the last reading of the EndpointSlices; bundles of old have one only. */
export function turnoverFact(r: Reader): Known<Turnover> {
  const first = r.json<List<EndpointSlice>>(FIRST)
  const last = r.json<List<EndpointSlice>>(LAST)
  if ('missing' in first || 'missing' in last) return { value: { last: undefined, rewritten: [] }, from: [LAST] }
  const rewritten = last.value.items.flatMap((slice, index) => {
    const at = first.value.items.findIndex((one) => one.metadata.name === slice.metadata.name)
    const before = first.value.items[at]?.metadata.generation
    const times = (slice.metadata.generation ?? 0) - (before ?? 0)
    if (before === undefined || times < 1) return []
    const proof = [
      r.proofAt(FIRST, 'items', at, 'metadata', 'generation'),
      r.proofAt(LAST, 'items', index, 'metadata', 'generation'),
    ]
    return [{ slice: slice.metadata.name, times, proof }]
  })
  const shown = last.value.items.map(({ metadata }) => metadata.name)
  const replaced = [...first.value.items, ...last.value.items]
    .map(({ metadata }) => metadata.name)
    .filter((name) => !shown.includes(name) || !first.value.items.some(({ metadata }) => metadata.name === name))
  return {
    value: {
      last: endpointsOf(r, LAST, last.value),
      rewritten: [...rewritten, ...replaced.map((slice) => ({ slice, times: 1, proof: [] }))],
    },
    from: [FIRST, LAST],
  }
}

/** The endpoints of both readings, each as ready as it ever was: what rules that were read in between may lead to. */
export function everReady(first: readonly Endpoint[], { last = [] }: Turnover): Endpoint[] {
  const all = [...first, ...last]
  return [...all.filter(({ ready }) => ready), ...all.filter(({ ready }) => !ready)]
}

/**
 * Drifts that no moment of the run can account for. Rules are read between two readings of the endpoints: those that lack an endpoint
 * of a Service, or say that it has none, may have been right when they were read.
 */
export function lasting(drifts: readonly Drift[], service: string): Drift[] {
  const passing = ['unexpected-drop', 'endpoint-missing']
  return drifts.filter((drift) => drift.service !== service || !(drift.emptied || passing.includes(drift.kind)))
}
