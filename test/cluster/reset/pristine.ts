import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lab } from '../lab.ts'
import { labFiles } from '../lab-files.ts'
import { nodesOfCoreDns } from './coredns-place.ts'
import type { NodeFacts } from './node-facts.ts'
import { type Inventory, inventoryOf, KINDS, type KubeObject } from './objects.ts'
import { lookAt, type Place, placesOf } from './place.ts'
import { SMOKE_NAME } from './smoke.ts'

/** The healthy state of a lab, as it was at the end of `up`. */
export type Pristine = {
  objects: Inventory
  places: Record<string, NodeFacts>
  /** The nodes that CoreDNS runs on, one for each pod. */
  corednsNodes: string[]
}

/** Everything that node-state.sh counts as a file, for the archive from which single ones are restored. */
const ARCHIVED = `etc/resolv.conf etc/hosts etc/kubernetes etc/cni etc/containerd etc/sysctl.d etc/sysctl.conf
  etc/modules-load.d etc/systemd var/lib/kubelet/config.yaml var/lib/kubelet/kubeadm-flags.env
  run/flannel/subnet.env`.replace(/\s+/g, ' ')

/** Notes the state of a healthy lab for later resets. */
export async function capturePristine(lab: Lab): Promise<void> {
  const dir = labFiles(lab.name).pristine
  await mkdir(dir, { recursive: true })
  const pods = await systemPodIps(lab)
  const places: Record<string, NodeFacts> = {}
  const capture = async (place: Place): Promise<void> => {
    places[place.name] = await quietFacts(place, pods)
    if (!place.isNode) return
    const archive = await place.run(`cd / && tar -cf ${archiveOf(lab, place.name)} --ignore-failed-read ${ARCHIVED}`)
    if (archive.exitCode !== 0) throw new Error(`Keeping the files of ${place.name}: ${archive.stderr.trim()}`)
  }
  await Promise.all(placesOf(lab).map(capture))
  const corednsNodes = await nodesOfCoreDns(lab)
  const pristine: Pristine = { objects: inventoryOf(await listObjects(lab)), places, corednsNodes }
  await writeFile(join(dir, 'state.json'), JSON.stringify(pristine))
}

/** The facts of a place once they are the same twice and the smoke test's rules are gone; agents sync with a delay. */
async function quietFacts(place: Place, pods: readonly string[]): Promise<NodeFacts> {
  let before = ''
  for (let tries = 0; tries < 60; tries++) {
    const { facts } = await lookAt(place, pods)
    const text = JSON.stringify(facts)
    if (text === before && !text.includes(SMOKE_NAME)) return facts
    before = text
    await sleep(700)
  }
  throw new Error(`${place.name} does not come to rest: its rules or devices change all the time.`)
}

export async function readPristine(lab: Lab): Promise<Pristine> {
  const text = await readFile(join(labFiles(lab.name).pristine, 'state.json'), 'utf8').catch(() => undefined)
  if (text !== undefined) return JSON.parse(text) as Pristine
  throw new Error(`Cluster ${lab.name} never came up healthy: run \`npm run cluster -- up --name ${lab.name}\`.`)
}

/** The archive with a node's healthy files; its path is the same inside and outside the node. */
export function archiveOf(lab: Lab, node: string): string {
  return join(labFiles(lab.name).pristine, `${node}.tar`)
}

/** All objects of the kinds that a test may touch. */
export async function listObjects(lab: Lab): Promise<{ items: KubeObject[] }> {
  const result = await lab.kubectl(['get', KINDS, '-A', '-o', 'json'], { timeout: 30_000 })
  if (result.exitCode !== 0) throw new Error(`Listing the objects of cluster ${lab.name}: ${result.stderr.trim()}`)
  return JSON.parse(result.stdout)
}

/** Addresses of the pods that stand behind the system's own Services. */
export async function systemPodIps(lab: Lab): Promise<string[]> {
  const args = ['get', 'pods', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '-o', 'json']
  const result = await lab.kubectl(args, { timeout: 10_000 })
  if (result.exitCode !== 0) throw new Error(`Listing the pods of CoreDNS: ${result.stderr.trim()}`)
  const pods = JSON.parse(result.stdout) as { items: { status: { podIPs?: { ip: string }[] } }[] }
  return pods.items.flatMap((pod) => pod.status.podIPs?.map((address) => address.ip) ?? [])
}
