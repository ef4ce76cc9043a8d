import type { Proof } from '../model.ts'
import type { Placed } from './cluster.ts'
import type { Endpoint } from './endpoints.ts'
import type { KubeEvent, Pod, Service } from './kube.ts'
import type { Reader } from './reader.ts'
import { lastEvent, selectedPods } from './selected.ts'
import type { Turnover } from './turnover.ts'

/** Milliseconds before the run in which a turn counts as one of a series. */
const RECENT = 300_000

/** A pod that is ready and not ready by turns. */
export interface Flapping {
  pod: Placed<Pod>
  address: string
  /** The newest event about its readiness probe, where there is one. */
  event: Placed<KubeEvent> | undefined
  proof: Proof[]
}

export interface FlapInput {
  service: Service
  pods: readonly Placed<Pod>[]
  events: readonly Placed<KubeEvent>[]
  endpoints: readonly Endpoint[]
  turnover: Turnover
  evidence: Reader
}

/**
 * The pods of a Service that turned at least twice between ready and not ready: once while the run went on and once shortly before it,
 * or back and forth in the meantime. One turn is a server that died or got well, and pods that are replaced are a rollout.
 */
export function flappingPods({ service, pods, events, endpoints, turnover, evidence }: FlapInput): Flapping[] {
  const { last, rewritten } = turnover
  if (!last || rewritten.length === 0) return []
  const readAt = Date.parse(evidence.bundle.evidence.get('api/pods.json')?.at ?? '')
  const sameSet = endpoints.length === last.length && endpoints.every((e) => last.some((l) => l.pod === e.pod))
  const turned = endpoints.filter((e) => last.some((l) => l.pod === e.pod && l.ready !== e.ready))
  const spare = sameSet ? rewritten.reduce((sum, { times }) => sum + times, 0) - turned.length : 0
  return selectedPods(service, pods).flatMap((pod) => {
    const { metadata, status } = pod.object
    const id = `${metadata.namespace}/${metadata.name}`
    const before = endpoints.find((e) => e.pod === id)
    const after = last.find((e) => e.pod === id)
    if (!before || !after || metadata.deletionTimestamp || before.terminating || after.terminating) return []
    const event = lastEvent(events, metadata.name, /^(Unhealthy|BackOff)$/)
    const restarts = (status?.containerStatuses ?? []).some(({ restartCount }) => restartCount > 0)
    if (!event && !restarts) return []
    const at = (status?.conditions ?? []).findIndex(({ type }) => type === 'Ready')
    const ready = status?.conditions?.[at]
    const turnedAt = Date.parse(ready?.lastTransitionTime ?? '')
    // a pod is not ready from its creation on: only a later moment is a turn
    const isTurn = ready?.status === 'True' || turnedAt > startOf(pod.object)
    const earlier = isTurn && readAt - turnedAt < RECENT
    const turns = (before.ready === after.ready ? 0 : 1) + (earlier ? 1 : 0) + (spare > 1 ? 2 : 0)
    if (turns < 2) return []
    return [
      {
        pod,
        address: before.address,
        event,
        proof: [
          ...(event ? [evidence.proofAt(event.path, 'items', event.index, 'message')] : []),
          evidence.proofAt(pod.path, 'items', pod.index, 'status', 'conditions', at, 'lastTransitionTime'),
        ],
      },
    ]
  })
}

function startOf({ status }: Pod): number {
  const starts = (status?.containerStatuses ?? []).map(({ state }) => Date.parse(state?.running?.startedAt ?? ''))
  return Math.max(...starts.filter((start) => !Number.isNaN(start)), Number.NEGATIVE_INFINITY)
}
