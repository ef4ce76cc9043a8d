import type { Question } from '../model.ts'
import type { Cluster } from './cluster.ts'
import type { PodKind, PodOrder } from './debug-pod.ts'

export type PodQuestion = Extract<Question, { reach: 'pod' | 'node' }>

/** Where and how one debug pod runs. */
export interface PodPlace {
  kind: PodKind
  node: string
  namespace: string
  /** `namespace/name` of the Service. */
  service: string
  /** Milliseconds until it must run. */
  startLimit: number
}

/** The order for a pod; every pod of a run has a number of its own. */
export function orderPod(cluster: Cluster, place: PodPlace, command: string[]): PodOrder {
  cluster.pods.made += 1
  const { client, node, pullSecret } = cluster.images
  return {
    ...place,
    image: place.kind === 'node' ? node : client,
    run: cluster.run,
    serial: cluster.pods.made,
    command,
    creator: cluster.creator,
    now: Date.now(),
    lifetime: 240,
    ...(pullSecret ? { pullSecret } : {}),
  }
}
