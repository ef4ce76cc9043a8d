import { setTimeout as sleep } from 'node:timers/promises'
import type { Trouble } from '../model.ts'
import { refusal } from './ask-api.ts'
import type { Cluster } from './cluster.ts'
import { managedBy, managedByLabel, type PodManifest, runLabel } from './debug-pod.ts'
import type { Http } from './http.ts'
import type { Cleanup } from './session.ts'

/** This run's pods: the one place that creates and removes any. */
export interface Pods {
  /** Creates a pod; the trouble where the server would not have it. Throws NoAnswer and the signal's reason. */
  create(manifest: PodManifest): Promise<Trouble | undefined>
  /** Removes a pod at once, in the background; `close` waits for it. */
  remove(manifest: PodManifest): void
  leftovers(): string[]
  /** Removes whatever of this run is left, and looks whether it is gone; nothing can be created after it. Uses its own http, for the run's may be aborted. */
  close(http: Http): Promise<Cleanup>
}

/** Milliseconds in which a server that is away may come back for the clean-up. */
const patience = 15_000

export function openPods(cluster: Pick<Cluster, 'http' | 'run' | 'trace'>): Pods {
  /** namespace/name of all that may exist. */
  const alive = new Set<string>()
  const everUsed = new Set<string>()
  const removals = new Map<string, Promise<void>>()
  const deleted: string[] = []
  const creations = new Set<Promise<unknown>>()
  let closed = false

  const remove = async (http: Http, key: string): Promise<'gone' | 'again' | 'refused'> => {
    const answer = await deletePod(http, key)
    if (answer === 'gone' && alive.delete(key)) deleted.push(key)
    return answer
  }
  return {
    async create(manifest) {
      if (closed) throw new Error('the session is closed: no more pods')
      const { namespace, name } = manifest.metadata
      const key = `${namespace}/${name}`
      // Before the request: an answer that is lost may still have made the pod.
      alive.add(key)
      everUsed.add(namespace)
      cluster.trace(4, `creating pod ${key}`)
      const creation = cluster.http({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods?fieldManager=kubectl-svc-debug`,
        body: manifest,
      })
      creations.add(creation)
      const answer = await creation
      if (answer.status === 201) return undefined
      alive.delete(key)
      return creationTrouble(answer.status, answer.body)
    },
    remove(manifest) {
      const key = `${manifest.metadata.namespace}/${manifest.metadata.name}`
      if (!alive.has(key) || removals.has(key)) return
      removals.set(
        key,
        remove(cluster.http, key).then(
          () => undefined,
          () => undefined,
        ),
      )
    },
    leftovers: () => [...alive].map(deleteLine),
    async close(http) {
      closed = true
      await Promise.all([...removals.values(), Promise.allSettled(creations)])
      const until = Date.now() + patience
      while (everUsed.size > 0) {
        const found = await Promise.all([...everUsed].map((namespace) => listed(http, namespace, cluster.run)))
        for (const key of found.flat()) if (key) alive.add(key)
        const seen = found.every((keys) => keys !== undefined)
        if (seen && alive.size === 0) break
        const outcomes = await Promise.all([...alive].map((key) => remove(http, key).catch(() => 'again' as const)))
        // A server that is away for a moment gets more time; one that forbids it does not.
        if (Date.now() > until || !(outcomes.includes('again') || !seen)) break
        await sleep(500)
      }
      return { deleted: [...deleted], left: [...alive].map(deleteLine) }
    },
  }
}

/** The command that removes a pod by hand. */
export function deleteLine(key: string): string {
  const [namespace, name] = key.split('/')
  return `kubectl delete pod -n ${namespace} ${name} --grace-period=0 --force`
}

/** Deletes a pod at once; `again`: the server could not, for now. Throws NoAnswer. */
export async function deletePod(http: Http, key: string): Promise<'gone' | 'again' | 'refused'> {
  const [namespace, name] = key.split('/')
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  const { status } = await http({
    method: 'DELETE',
    path,
    body: { gracePeriodSeconds: 0, propagationPolicy: 'Background' },
  })
  if (status === 404 || (status >= 200 && status < 300)) return 'gone'
  return status === 401 || status === 403 ? 'refused' : 'again'
}

/** This run's pods in a namespace; nothing where the server did not say. */
async function listed(http: Http, namespace: string, run: string): Promise<string[] | undefined> {
  const selector = encodeURIComponent(`${managedByLabel}=${managedBy},${runLabel}=${run}`)
  const answer = await http({ path: `/api/v1/namespaces/${namespace}/pods?labelSelector=${selector}` }).catch(
    () => undefined,
  )
  if (answer?.status === 401 || answer?.status === 403) return []
  if (answer?.status !== 200) return undefined
  const { items } = JSON.parse(answer.body) as { items: { metadata: { name: string } }[] }
  return items.map((pod) => `${namespace}/${pod.metadata.name}`)
}

/** A denial by admission (Pod Security, quota, policy engines, SCC) is `refused`; one by RBAC is `forbidden`. */
function creationTrouble(status: number, body: string): Trouble {
  const trouble = refusal(status, body)
  const byAuthorizer = /cannot create resource "pods"/.test(trouble.text)
  if (status === 403 && !byAuthorizer) return { kind: 'refused', text: trouble.text }
  return status === 400 || status === 422 ? { kind: 'refused', text: trouble.text } : trouble
}
