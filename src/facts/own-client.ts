import type { Known } from '../model.ts'
import { type Placed, placed } from './cluster.ts'
import type { Pod } from './kube.ts'
import type { Reader } from './reader.ts'

/** The pod that the user named with --client, where it was found. */
export function ownClientFact(r: Reader): Known<Placed<Pod> | undefined> {
  const name = r.bundle.target.client?.replace(/^pods?\//, '')
  if (name === undefined) return { value: undefined, from: [] }
  const pods = placed<Pod>(r, 'api/pods.json')
  if ('missing' in pods) return pods
  return { value: pods.value.find((p) => p.object.metadata.name === name), from: pods.from }
}
