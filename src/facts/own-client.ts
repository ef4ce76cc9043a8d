import type { Known } from '../model.ts'
import { type Dialled, parseDialled } from '../parse/dialled.ts'
import { parseHosts } from '../parse/hosts.ts'
import type { HostsEntry } from '../parse/probe.ts'
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

/** The lines of a pod's hosts file; none where it could not be read. */
export function hostsOf(r: Reader, pod: string): { path: string; entries: HostsEntry[] } {
  const path = `pods/${pod}/hosts.txt`
  const text = r.text(path)
  return { path, entries: 'missing' in text ? [] : parseHosts(text.value).items }
}

/** What the client that the user named dials where it means the Service; nothing where that could not be read. */
export function dialledBy(r: Reader, pod: string): Dialled & { path: string } {
  const path = `pods/${pod}/dialled.txt`
  const text = r.text(path)
  return { path, ...parseDialled('missing' in text ? '' : text.value) }
}
