import type { Placed } from './cluster.ts'
import type { Pod } from './kube.ts'

/** The command that has a pod (`namespace/name`) made anew: its controller does it once it is gone; one without is written again. */
export function recreatePod(pod: string, pods: readonly Placed<Pod>[]): string {
  const [namespace, name] = pod.split('/')
  const own = pods.find(({ object: { metadata } }) => metadata.namespace === namespace && metadata.name === name)
  if (!own || own.object.metadata.ownerReferences?.some(({ controller }) => controller))
    return `kubectl -n ${namespace} delete pod ${name}`
  return `kubectl -n ${namespace} get pod ${name} -o yaml | kubectl replace --force -f -`
}
