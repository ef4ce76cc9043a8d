import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Lab } from '../lab.ts'
import { type Inventory, inventoryOf, type KubeObject, keyOf } from './objects.ts'
import { listObjects } from './pristine.ts'

export type ObjectChanges = { extra: KubeObject[]; changed: KubeObject[]; missing: KubeObject[] }

/** What has to be deleted, put back as it was, and created to come from `now` to `healthy` (pure). */
export function objectChanges(healthy: Inventory, now: Inventory): ObjectChanges {
  const same = (key: string): boolean => isDeepStrictEqual(healthy[key], now[key])
  return {
    extra: Object.keys(now)
      .filter((key) => !(key in healthy))
      .map((key) => now[key]!),
    changed: Object.keys(healthy)
      .filter((key) => key in now && !same(key))
      .map((key) => healthy[key]!),
    missing: Object.keys(healthy)
      .filter((key) => !(key in now))
      .map((key) => healthy[key]!),
  }
}

/** Brings the cluster's objects back; returns one line for each object that was not as it was. */
export async function restoreObjects(lab: Lab, healthy: Inventory): Promise<string[]> {
  const said: string[] = []
  // What a namespace holds goes with it, and a controller may still add to what is being deleted: look again.
  for (let round = 0; round < 60; round++) {
    const changes = objectChanges(healthy, inventoryOf(await listObjects(lab)))
    if (round === 0) {
      for (const [kind, objects] of Object.entries(changes)) {
        said.push(...objects.map((object) => `${keyOf(object)} is ${kind === 'changed' ? 'not as it was' : kind}`))
      }
    }
    await deleteObjects(lab, changes.extra)
    for (const object of changes.changed) await putBack(lab, object)
    for (const object of changes.missing) await create(lab, object)
    const gone = await dropPods(lab)
    const total = changes.extra.length + changes.changed.length + changes.missing.length
    if (total === 0 && gone) return said
    await sleep(500)
  }
  throw new Error(`Objects of cluster ${lab.name} cannot be brought back within a minute: ${said.join('; ')}`)
}

async function deleteObjects(lab: Lab, objects: readonly KubeObject[]): Promise<void> {
  const groups = new Map<string, string[]>()
  for (const object of objects) {
    const group = `${object.metadata.namespace ?? ''} ${object.kind}`
    groups.set(group, [...(groups.get(group) ?? []), object.metadata.name])
  }
  for (const [group, names] of groups) {
    const [namespace, kind] = group.split(' ')
    const scope = namespace ? ['-n', namespace] : []
    await lab.kubectl(['delete', kind!, ...names, ...scope, '--wait=false', '--ignore-not-found'], { timeout: 30_000 })
  }
}

async function putBack(lab: Lab, object: KubeObject): Promise<void> {
  const result =
    object.kind === 'Node'
      ? await putNodeBack(lab, object)
      : await lab.kubectl(['replace', '-f', '-'], { input: JSON.stringify(object), timeout: 20_000 })
  if (result.exitCode === 0) return
  // What may not be changed has to be made anew, such as the selector of a workload.
  await deleteObjects(lab, [object])
  await create(lab, object)
}

async function create(lab: Lab, object: KubeObject): Promise<void> {
  await lab.kubectl(['create', '-f', '-'], { input: JSON.stringify(object), timeout: 20_000 })
  if (object.kind === 'Node') await lab.node(object.metadata.name, 'pkill -x kubelet')
}

/** A Node's pod network cannot be changed; everything else can be patched. */
async function putNodeBack(lab: Lab, node: KubeObject): Promise<{ exitCode: number }> {
  const { name, labels } = node.metadata
  const now = await lab.kubectl(['get', 'node', name, '-o', 'json'])
  const current = JSON.parse(now.stdout) as KubeObject
  if (current.spec?.['podCIDR'] !== node.spec?.['podCIDR']) return { exitCode: 1 }
  const added = Object.keys(current.metadata.labels ?? {}).filter((label) => !(label in (labels ?? {})))
  const removed = Object.fromEntries(added.map((label) => [label, null]))
  const { taints, unschedulable } = node.spec ?? {}
  const patch = { metadata: { labels: { ...removed, ...labels } }, spec: { taints, unschedulable } }
  return lab.kubectl(['patch', 'node', name, '--type=merge', '-p', JSON.stringify(patch)])
}

/** Ends the pods that a test left, without waiting for their kubelets; true once there are none. */
async function dropPods(lab: Lab): Promise<boolean> {
  const result = await lab.kubectl(['get', 'pods', '-A', '--no-headers'], { timeout: 20_000 })
  const pods = result.stdout
    .split('\n')
    .filter((line) => line && !line.startsWith('kube-'))
    .map((line) => line.split(/\s+/).slice(0, 2) as [string, string])
  for (const namespace of new Set(pods.map(([ns]) => ns))) {
    const names = pods.filter(([ns]) => ns === namespace).map(([, name]) => name)
    const now = ['--force', '--grace-period=0', '--ignore-not-found', '--wait=false']
    await lab.kubectl(['delete', 'pod', '-n', namespace, ...names, ...now], { timeout: 20_000 })
  }
  return result.exitCode === 0 && pods.length === 0
}
