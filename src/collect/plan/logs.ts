import type { Pod } from '../../facts/kube.ts'
import type { Bundle, Question } from '../../model.ts'
import { networkPods } from './api.ts'

const tail = 200

/**
 * Ends of the logs of CoreDNS, kube-proxy and CNI agents that are not ready, restarted, or run on a node under suspicion; of CoreDNS
 * always once anything is suspect (it serves all nodes). Nothing for a healthy cluster.
 */
export function logQuestions(bundle: Bundle, suspectNodes: ReadonlySet<string>): Question[] {
  return networkPods(bundle).flatMap((pod): Question[] => {
    const isDns = pod.metadata.labels?.['k8s-app'] === 'kube-dns'
    const suspect = suspectNodes.has(pod.spec.nodeName ?? '') || (isDns && suspectNodes.size > 0)
    const restarted = (pod.status?.containerStatuses ?? []).some((status) => status.restartCount > 0)
    if (!suspect && !restarted && isReady(pod)) return []
    const path = `logs/${pod.metadata.namespace}/${pod.metadata.name}`
    const container = encodeURIComponent(pod.spec.containers[0]?.name ?? '')
    const get = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}/log?container=${container}&tailLines=${tail}`
    return [
      { path: `${path}.txt`, reach: 'api', get },
      ...(restarted ? [{ path: `${path}.previous.txt`, reach: 'api' as const, get: `${get}&previous=true` }] : []),
    ]
  })
}

function isReady(pod: Pod): boolean {
  return (pod.status?.conditions ?? []).some((condition) => condition.type === 'Ready' && condition.status === 'True')
}
