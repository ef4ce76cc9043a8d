import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants, gunzipSync } from 'node:zlib'
import type { Pod } from '../facts/kube.ts'
import type { Evidence, Trouble } from '../model.ts'
import type { Cluster } from './cluster.ts'
import { container, debugPod, type PodManifest } from './debug-pod.ts'
import { framesToEvidence, troubled } from './frame-evidence.ts'
import { readFrames } from './frames.ts'
import { orderPod, type PodPlace, type PodQuestion } from './pod-order.ts'
import type { Pods } from './pods.ts'
import { secondsFor } from './question-limits.ts'
import { pieceCommand, statusCommand, statusPieces } from './runner-script.ts'

/**
 * File names by pod, the decisive ones first: a pod has room for 12 KiB of packed text, about 100 KiB of dumps, and what does not fit is
 * cut off at the end.
 */
const clientFiles = ['connect.txt dns.txt resolv.txt routes.jsonl hosts.txt netstat.txt']
const nodeFiles = [
  'iptables-nft.txt iptables-legacy.txt sysctls.txt sockets.txt kube-proxy.txt ipset.txt ipvs.txt conntrack-count.txt resolv.txt hosts.txt ip6tables-nft.txt ip6tables-legacy.txt',
  'links.jsonl routes.jsonl rules.jsonl neighbours.jsonl fdb.jsonl addresses.jsonl nft.jsonl routes6.jsonl rules6.jsonl',
  'connect.txt dns.txt ping.txt netstat.txt conntrack.txt',
]

/**
 * Asks the questions once more with pods that report through their containers' termination messages: those travel in the node's own
 * status updates, so they arrive where the API server cannot reach the kubelet for a log. `why` stands as trouble of all else.
 */
export async function reportByStatus(
  cluster: Cluster,
  pods: Pods,
  place: PodPlace,
  questions: PodQuestion[],
  why: Trouble,
): Promise<Evidence[]> {
  const byFile = new Map(questions.map((question) => [question.path.split('/').at(-1), question]))
  const groups = (place.kind === 'node' ? nodeFiles : clientFiles).map((files) =>
    files.split(' ').flatMap((file) => byFile.get(file) ?? []),
  )
  const answers = await Promise.all(
    groups.filter((group) => group.length > 0).map((group) => reportGroup(cluster, pods, place, group)),
  )
  const found = new Map(answers.flat().map((evidence) => [evidence.question.path, evidence]))
  const at = new Date().toISOString()
  const left = { ...why, text: `left out, because the pod's log cannot be read: ${why.text}` }
  return questions.map((question) => found.get(question.path) ?? troubled(question, at, left))
}

async function reportGroup(
  cluster: Cluster,
  pods: Pods,
  place: PodPlace,
  questions: PodQuestion[],
): Promise<Evidence[]> {
  const at = new Date().toISOString()
  const boundary = `svc-debug-${randomBytes(9).toString('hex')}`
  const jobs = questions.map((question) => ({ seconds: secondsFor(question), run: question.run }))
  const manifest = statusPod(cluster, place, statusCommand(boundary, jobs))
  try {
    const refused = await pods.create(manifest)
    if (refused) return questions.map((question) => troubled(question, at, refused))
    const limit = place.startLimit + (Math.max(...jobs.map((job) => job.seconds)) + 10) * 1000
    const text = await messages(cluster, manifest, limit)
    const frames = readFrames(unpack(text), boundary)
    return framesToEvidence(questions, frames, at)
  } finally {
    pods.remove(manifest)
  }
}

/** One container works, as init container, and leaves the first piece; the others hand over the rest. */
function statusPod(cluster: Cluster, place: PodPlace, work: string[]): PodManifest {
  const order = orderPod(cluster, place, work)
  const manifest = debugPod(order)
  const pieces = Array.from({ length: statusPieces - 1 }, (_, i) =>
    container(order, `piece-${i + 1}`, pieceCommand(i + 1)),
  )
  return {
    ...manifest,
    spec: { ...manifest.spec, initContainers: [container(order, 'probe', work)], containers: pieces },
  }
}

/** The termination messages of all containers, joined, once the pod has ended or time is up. */
async function messages(cluster: Cluster, manifest: PodManifest, limit: number): Promise<string> {
  const { namespace, name } = manifest.metadata
  const deadline = Date.now() + limit
  let text = ''
  while (Date.now() < deadline) {
    const answer = await cluster.http({ path: `/api/v1/namespaces/${namespace}/pods/${name}` })
    if (answer.status !== 200) break
    const { status } = JSON.parse(answer.body) as Pod
    const byName = [...(status?.containerStatuses ?? [])].sort((a, b) => a.name.localeCompare(b.name))
    const all = [...(status?.initContainerStatuses ?? []), ...byName]
    text = all.map((item) => item.state?.terminated?.message ?? '').join('')
    if (status?.phase === 'Succeeded' || status?.phase === 'Failed') break
    await sleep(500, undefined, { signal: cluster.signal })
  }
  return text
}

/** Unpacks as far as the text goes: what did not fit is cut off at the end. */
function unpack(text: string): Buffer {
  try {
    return gunzipSync(Buffer.from(text, 'base64'), { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return Buffer.alloc(0)
  }
}
