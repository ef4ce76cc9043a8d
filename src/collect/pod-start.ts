import { setTimeout as sleep } from 'node:timers/promises'
import type { Pod } from '../facts/kube.ts'
import type { Trouble } from '../model.ts'
import type { Cluster } from './cluster.ts'

/** Milliseconds between two looks at a pod. */
const pause = 150
/** An image that cannot be had once may be had at the second try; the kubelet waits 10 s between the two. */
const imagePatience = 5000

/** A pod's state once it runs, ran, or never will. */
export type Started = { pod: Pod } | { trouble: Trouble; pod?: Pod }

/**
 * Waits until a pod's containers run or have ended, at most `limit` milliseconds. Why they did not is evidence: the kubelet's reason,
 * else the last event of the pod (for example the CNI plugin's error), else that no kubelet took the pod.
 */
export async function waitForStart(cluster: Cluster, namespace: string, name: string, limit: number): Promise<Started> {
  const started = Date.now()
  let imageTrouble: number | undefined
  let last: Pod | undefined
  while (Date.now() - started < limit) {
    const answer = await cluster.http({ path: `/api/v1/namespaces/${namespace}/pods/${name}` })
    if (answer.status === 404)
      return { trouble: { kind: 'failed', text: `pod ${namespace}/${name} was removed by somebody else` } }
    if (answer.status === 200) {
      const pod = JSON.parse(answer.body) as Pod
      last = pod
      const phase = pod.status?.phase
      if (phase === 'Failed' && !pod.status?.containerStatuses?.some((status) => status.state?.terminated)) {
        return {
          trouble: {
            kind: 'refused',
            text: `the kubelet refused the pod: ${pod.status?.reason}: ${pod.status?.message}`,
          },
          pod,
        }
      }
      if (phase === 'Running' || phase === 'Succeeded' || phase === 'Failed') return { pod }
      const waiting = waitingOf(pod)
      if (/^(ErrImage|ImagePull|InvalidImage|CreateContainer|RunContainer)/.test(waiting?.reason ?? '')) {
        imageTrouble ??= Date.now()
        if (Date.now() - imageTrouble > imagePatience) {
          return {
            trouble: { kind: 'failed', text: `container: ${waiting!.reason}: ${waiting!.message ?? ''}`.trim() },
            pod,
          }
        }
      }
    }
    await sleep(pause, undefined, { signal: cluster.signal })
  }
  return { trouble: await whyPending(cluster, namespace, name, last, limit), ...(last ? { pod: last } : {}) }
}

function waitingOf(pod: Pod): { reason?: string; message?: string } | undefined {
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])]
  return statuses.find((status) => status.state?.waiting?.reason)?.state?.waiting
}

async function whyPending(
  cluster: Cluster,
  namespace: string,
  name: string,
  pod: Pod | undefined,
  limit: number,
): Promise<Trouble> {
  const seconds = Math.round(limit / 1000)
  const node = pod?.spec.nodeName ?? 'the node'
  // startTime is set by the kubelet when it first sees the pod.
  if (!pod?.status?.startTime) {
    return { kind: 'unreachable', text: `the kubelet on ${node} did not take a new pod within ${seconds} s` }
  }
  const event = await lastEvent(cluster, namespace, name)
  const waiting = waitingOf(pod)
  const why = event ?? (waiting ? `${waiting.reason}: ${waiting.message ?? ''}` : 'no reason was given')
  return { kind: 'timeout', text: `the pod on ${node} did not start within ${seconds} s: ${why}` }
}

/** The newest Warning event of a pod. */
async function lastEvent(cluster: Cluster, namespace: string, name: string): Promise<string | undefined> {
  const selector = encodeURIComponent(`involvedObject.name=${name},type=Warning`)
  const answer = await cluster
    .http({ path: `/api/v1/namespaces/${namespace}/events?fieldSelector=${selector}` })
    .catch(() => undefined)
  if (answer?.status !== 200) return undefined
  const { items } = JSON.parse(answer.body) as {
    items: { reason?: string; message?: string; lastTimestamp?: string }[]
  }
  const newest = items.sort((a, b) => (a.lastTimestamp ?? '').localeCompare(b.lastTimestamp ?? '')).at(-1)
  return newest && `${newest.reason}: ${newest.message}`
}
