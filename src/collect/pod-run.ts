import { randomBytes } from 'node:crypto'
import type { Evidence, Trouble } from '../model.ts'
import type { Cluster } from './cluster.ts'
import { debugPod } from './debug-pod.ts'
import { framesToEvidence, troubled } from './frame-evidence.ts'
import type { Frames } from './frames.ts'
import { readPodLog } from './pod-log.ts'
import { orderPod, type PodPlace, type PodQuestion } from './pod-order.ts'
import { waitForStart } from './pod-start.ts'
import type { Pods } from './pods.ts'
import { secondsFor } from './question-limits.ts'
import { runnerCommand } from './runner-script.ts'
import { reportByStatus } from './status-report.ts'

/**
 * Starts one debug pod on a node, lets it answer all questions, and removes it. Never rejects but for an abort: a pod that is
 * refused, does not start, or cannot be heard is the trouble of every question. `seen` learns of answers as they come.
 */
export async function runInPod(
  cluster: Cluster,
  pods: Pods,
  place: PodPlace,
  questions: PodQuestion[],
  seen?: (paths: Set<string>) => void,
): Promise<Evidence[]> {
  if (questions.length === 0) return []
  const at = new Date().toISOString()
  const all = (trouble: Trouble) => questions.map((question) => troubled(question, at, trouble))
  const boundary = `svc-debug-${randomBytes(9).toString('hex')}`
  const jobs = questions.map((question) => ({ seconds: secondsFor(question), run: question.run }))
  const longest = Math.max(...jobs.map((job) => job.seconds))
  const noLog: Trouble = { kind: 'unreachable', text: `the kubelet of ${place.node} gave no log before` }
  let order = orderPod(cluster, place, runnerCommand(boundary, jobs))
  let manifest = debugPod(order)
  try {
    if (cluster.deaf.has(place.node)) return await reportByStatus(cluster, pods, place, questions, noLog)
    let refused = await pods.create(manifest)
    if (refused && /security context constraint/i.test(refused.text)) {
      order = { ...orderPod(cluster, place, order.command), assignedUser: true }
      manifest = debugPod(order)
      refused = await pods.create(manifest)
    }
    if (refused) return all(refused)
    const { namespace, name } = manifest.metadata
    const started = await waitForStart(cluster, namespace, name, place.startLimit)
    if ('trouble' in started) return all(started.trouble)
    const pathsOf = (frames: Frames) =>
      new Set([...frames.frames.keys()].map((index) => questions[index - 1]?.path ?? ''))
    const log = await readPodLog(
      cluster,
      { namespace, name, container: 'probe' },
      boundary,
      (longest + 10) * 1000,
      seen && ((frames) => seen(pathsOf(frames))),
    )
    if (log.trouble === undefined) return framesToEvidence(questions, log.frames, at)
    cluster.trace(4, `log of ${namespace}/${name}: ${log.trouble.text}; asking by termination message`)
    if (log.trouble.kind === 'unreachable') cluster.deaf.add(place.node)
    pods.remove(manifest)
    return await reportByStatus(cluster, pods, place, questions, log.trouble)
  } catch (error) {
    if (cluster.signal.aborted) throw error
    return all({ kind: 'failed', text: error instanceof Error ? error.message : String(error) })
  } finally {
    pods.remove(manifest)
  }
}
