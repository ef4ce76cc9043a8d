import type { Proof } from '../model.ts'
import { type Placed, podReady } from './cluster.ts'
import type { Endpoint } from './endpoints.ts'
import type { Pod, Service } from './kube.ts'
import type { Reader } from './reader.ts'
import { selectedPods } from './selected.ts'

/** Seconds that controllers may take to bring slices in line with pods. */
const GRACE = 15

/** How the EndpointSlices lag behind the pods: ready pods that are in no slice, and addresses in slices that are no pod's. */
export interface SliceLag {
  missing: { pod: string; address: string; proof: Proof }[]
  gone: Endpoint[]
}

/** Compares slices with pods; pods that became ready only seconds ago do not count. */
export function sliceLag(
  service: Service,
  pods: readonly Placed<Pod>[],
  endpoints: readonly Endpoint[],
  r: Reader,
): SliceLag {
  const now = Date.parse(r.bundle.evidence.get('api/pods.json')?.at ?? '')
  const selected = selectedPods(service, pods)
  const missing = selected.flatMap((p) => {
    const address = p.object.status?.podIP
    const since = Date.parse(p.object.status?.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime ?? '')
    if (!address || !podReady(p.object) || p.object.metadata.deletionTimestamp || now - since < GRACE * 1000) return []
    return endpoints.some((e) => e.address === address)
      ? []
      : [{ pod: p.object.metadata.name, address, proof: p.proof }]
  })
  const gone = endpoints.filter(
    (e) =>
      e.managedBy === 'endpointslice-controller.k8s.io' &&
      e.pod !== undefined &&
      !pods.some((p) => `${p.object.metadata.namespace}/${p.object.metadata.name}` === e.pod),
  )
  return { missing, gone }
}
