import type { Pod } from '../facts/kube.ts'
import type { Cluster } from './cluster.ts'
import { mapLimited } from './concurrency.ts'
import { expiryAnnotation, managedBy, managedByLabel } from './debug-pod.ts'
import { readStatus, userError } from './errors.ts'
import { deleteLine, deletePod } from './pods.ts'
import type { Cleanup } from './session.ts'

const selector = `labelSelector=${encodeURIComponent(`${managedByLabel}=${managedBy}`)}`

/** Removes what an earlier run left and whose time is over, in some namespaces. Best effort: it never rejects. */
export async function sweepExpired(cluster: Cluster, namespaces: string[]): Promise<void> {
  const remove = async (namespace: string) => {
    const answer = await cluster.http({ path: `/api/v1/namespaces/${namespace}/pods?${selector}` })
    if (answer.status !== 200) return
    const expired = podsIn(answer.body).filter((pod) => {
      const expiry = Date.parse(pod.metadata.annotations?.[expiryAnnotation] ?? '')
      return expiry < Date.now()
    })
    await Promise.all(expired.map((pod) => deletePod(cluster.http, `${namespace}/${pod.metadata.name}`)))
  }
  await Promise.all([...new Set(namespaces)].map((namespace) => remove(namespace).catch(() => undefined)))
}

/** `--cleanup`: removes every debug pod of this tool in all namespaces, whoever made it. Throws UserError where listing is refused. */
export async function sweepAll(cluster: Cluster): Promise<Cleanup> {
  const answer = await cluster.http({ path: `/api/v1/pods?${selector}` })
  if (answer.status !== 200) throw userError(readStatus(answer.status, answer.body))
  const keys = podsIn(answer.body).map((pod) => `${pod.metadata.namespace}/${pod.metadata.name}`)
  const done = await mapLimited(
    keys,
    10,
    async (key) => (await deletePod(cluster.http, key).catch(() => 'again')) === 'gone',
  )
  return {
    deleted: keys.filter((_, i) => done[i]),
    left: keys.filter((_, i) => !done[i]).map(deleteLine),
  }
}

function podsIn(body: string): Pod[] {
  return (JSON.parse(body) as { items: Pod[] }).items
}
