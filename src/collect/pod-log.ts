import { setTimeout as sleep } from 'node:timers/promises'
import type { Trouble } from '../model.ts'
import { refusal, troubleOf } from './ask-api.ts'
import type { Cluster } from './cluster.ts'
import { type Frames, readFrames } from './frames.ts'

/** Milliseconds until the kubelet must have begun to answer: on faulty nodes this hangs or is refused. */
const kubeletPatience = 8000
const attempts = 4

/**
 * Follows a pod's log until the runner says that it is done, at most `limit` milliseconds; `seen` gets what has arrived whole so far.
 * The trouble is set where the log could not be read at all.
 */
export async function readPodLog(
  cluster: Cluster,
  pod: { namespace: string; name: string; container: string },
  boundary: string,
  limit: number,
  seen?: (frames: Frames) => void,
): Promise<{ frames: Frames; trouble?: Trouble }> {
  const deadline = Date.now() + limit
  let best: Frames = { frames: new Map(), broken: new Map(), done: false }
  let trouble: Trouble | undefined
  for (let attempt = 0; attempt < attempts && !best.done; attempt++) {
    const left = deadline - Date.now()
    if (left <= 0) break
    if (attempt > 0) await sleep(300, undefined, { signal: cluster.signal })
    const read = await followOnce(cluster, pod, boundary, left, seen)
    trouble = read.trouble
    if (read.frames.frames.size >= best.frames.size) best = read.frames
    // A kubelet that cannot be reached will not be reached by asking again.
    if (trouble && trouble.kind !== 'not-found') break
  }
  return { frames: best, ...(trouble && best.frames.size === 0 ? { trouble } : {}) }
}

async function followOnce(
  cluster: Cluster,
  pod: { namespace: string; name: string; container: string },
  boundary: string,
  limit: number,
  seen?: (frames: Frames) => void,
): Promise<{ frames: Frames; trouble?: Trouble }> {
  const chunks: Buffer[] = []
  const stop = new AbortController()
  const mark = Buffer.from(`${boundary} `)
  const frames = () => readFrames(Buffer.concat(chunks), boundary)
  const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log?container=${pod.container}&follow=true`
  try {
    const answer = await cluster.http({
      path,
      timeout: limit,
      firstByte: kubeletPatience,
      signal: stop.signal,
      onData: (chunk) => {
        chunks.push(chunk)
        if (!chunk.includes(mark)) return
        const now = frames()
        seen?.(now)
        if (now.done) stop.abort()
      },
    })
    if (answer.status === 200) return { frames: frames() }
    // 400: the container is not up yet, although the pod was said to run.
    const trouble =
      answer.status === 400 ? { kind: 'not-found' as const, text: answer.body } : refusal(answer.status, answer.body)
    return { frames: frames(), trouble }
  } catch (error) {
    if (stop.signal.aborted) return { frames: frames() }
    if (cluster.signal.aborted) throw error
    const trouble = troubleOf(error)
    const silent = {
      kind: 'unreachable',
      text: 'the API server gets no log from the kubelet: no answer in time',
    } as const
    return { frames: frames(), trouble: trouble.kind === 'timeout' ? silent : trouble }
  }
}
