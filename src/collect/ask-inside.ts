import { randomBytes } from 'node:crypto'
import type { Evidence, Question, Trouble } from '../model.ts'
import { kubeletGone, troubleOf } from './ask-api.ts'
import type { Cluster } from './cluster.ts'
import { ExecRefused, execInPod } from './exec.ts'
import { framesToEvidence, troubled } from './frame-evidence.ts'
import { readInsideFrames } from './frames.ts'
import { secondsFor } from './question-limits.ts'
import { insideCommand } from './runner-script.ts'

export type InsideQuestion = Extract<Question, { reach: 'inside' }>

/**
 * Asks all questions of one existing pod with one exec. Never rejects but for an abort; that exec is forbidden, that the kubelet does
 * not answer, or that the image has no shell, is the trouble of every question.
 */
export async function askInside(cluster: Cluster, pod: string, questions: InsideQuestion[]): Promise<Evidence[]> {
  const at = new Date().toISOString()
  const all = (trouble: Trouble) => questions.map((question) => troubled(question, at, trouble))
  const boundary = `svc-debug-${randomBytes(9).toString('hex')}`
  const jobs = questions.map((question) => ({ seconds: secondsFor(question), run: question.run }))
  const probing = questions.some((question) => /\/(hairpin|connect|dialled|dns)\.txt$/.test(question.path))
  const chosen = questions[0]?.container
  try {
    const result = await execInPod(cluster.auth, cluster.server, {
      pod,
      ...(chosen ? { container: chosen } : {}),
      command: insideCommand(boundary, jobs),
      timeout: probing ? 30_000 : 8000,
      signal: cluster.signal,
    })
    const frames = readInsideFrames(result.stdout, boundary)
    if (frames.frames.size > 0) return framesToEvidence(questions, frames, at)
    const err = [result.why, result.stderr.toString('utf8'), result.stdout.toString('utf8')]
      .join(' ')
      .trim()
      .slice(0, 400)
    if (
      /executable file not found|exec: "sh"|no such file or directory$/.test(result.why ?? '') ||
      result.code === 127
    ) {
      return all({ kind: 'no-tool', text: `no shell in ${pod}: ${err}` })
    }
    return all({ kind: 'failed', text: `exec in ${pod} ended without an answer: ${err}` })
  } catch (error) {
    if (cluster.signal.aborted) throw error
    return all(error instanceof ExecRefused ? refusalTrouble(error) : unreachableOr(error))
  }
}

function refusalTrouble({ status, message }: ExecRefused): Trouble {
  if (status.code === 403 || status.code === 401) return { kind: 'forbidden', text: message }
  if (status.code === 404) return { kind: 'not-found', text: message }
  return { kind: kubeletGone.test(message) ? 'unreachable' : 'failed', text: message }
}

/** A silent exec is a kubelet that the API server cannot reach, as far as anyone can tell from here. */
function unreachableOr(error: unknown): Trouble {
  const trouble = troubleOf(error)
  return trouble.kind === 'timeout'
    ? { kind: 'unreachable', text: `the API server gets no answer from the kubelet: ${(error as Error).message}` }
    : trouble
}
