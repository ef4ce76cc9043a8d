import type { Bundle, Evidence, Question } from '../model.ts'
import { type ApiQuestion, askApi } from './ask-api.ts'
import { askInside, type InsideQuestion } from './ask-inside.ts'
import type { Cluster } from './cluster.ts'
import { mapLimited } from './concurrency.ts'
import { troubled } from './frame-evidence.ts'
import type { PodQuestion } from './pod-order.ts'
import { runInPod } from './pod-run.ts'
import type { Pods } from './pods.ts'

/** One run against a cluster: what asks, and where the answers go. */
export interface Run {
  cluster: Cluster
  pods: Pods
  bundle: Bundle
  /** Milliseconds until a debug pod must run. */
  podTimeout: number
  clientNamespace: string
  /** Decided by dry run when the first node pod is wanted. */
  nodeNamespace?: string
  /** Nodes that the user lets us read. */
  agreed: Set<string>
  /** No kubeconfig was found: said where the server cannot be reached. */
  unconfigured: boolean
}

const apiRequestsAtOnce = 10
const execsAtOnce = 8

/** Asks questions of the API server, at most ten at once, and files the answers. */
export async function askApiServer(run: Run, questions: Question[]): Promise<Evidence[]> {
  const ofApi = questions.filter((question): question is ApiQuestion => question.reach === 'api')
  return mapLimited(ofApi, apiRequestsAtOnce, async (question) => {
    const evidence = await askApi(run.cluster.http, question, run.cluster.signal)
    return file(run, [evidence])[0]!
  })
}

/** Asks inside existing pods, one exec a pod, and files the answers. */
export async function askPodsInside(run: Run, questions: Question[]): Promise<Evidence[]> {
  const byPod = Map.groupBy(
    questions.filter((question): question is InsideQuestion => question.reach === 'inside'),
    (question) => question.pod,
  )
  const answers = await mapLimited([...byPod], execsAtOnce, async ([pod, group]) =>
    file(run, await within(run, group, askInside(run.cluster, pod, group))),
  )
  return answers.flat()
}

/** Asks on one node through one debug pod, and files the answers; `seen` learns of answers as they come. */
export async function askOnNode(
  run: Run,
  questions: PodQuestion[],
  seen?: (paths: Set<string>) => void,
): Promise<Evidence[]> {
  const first = questions[0]
  if (first === undefined) return []
  const kind = first.reach === 'node' ? 'node' : 'client'
  const { namespace: target, service } = run.bundle.target
  const place = {
    kind,
    node: first.node,
    namespace: kind === 'node' ? (run.nodeNamespace ?? run.clientNamespace) : run.clientNamespace,
    service: `${target}/${service}`,
    startLimit: run.podTimeout,
  } as const
  return file(run, await within(run, questions, runInPod(run.cluster, run.pods, place, questions, seen)))
}

/** Puts answers into the bundle. */
export function file(run: Run, answers: Evidence[]): Evidence[] {
  for (const evidence of answers) run.bundle.evidence.set(evidence.question.path, evidence)
  return answers
}

/** Puts the answers into the order in which a saved bundle has them, so that a replay reads what the live run read. */
export function sortEvidence({ evidence }: Bundle): void {
  const sorted = [...evidence].sort(([a], [b]) => (a < b ? -1 : 1))
  evidence.clear()
  for (const [path, answer] of sorted) evidence.set(path, answer)
}

/** Name of the reason with which the time limit of a whole run ends its requests. */
export const outOfTime = 'OutOfTime'

/** When the run's time is up, what was not answered is a time-out; when the user gave up, that is passed on. */
async function within(run: Run, questions: Question[], work: Promise<Evidence[]>): Promise<Evidence[]> {
  try {
    return await work
  } catch (error) {
    if ((run.cluster.signal.reason as Error | undefined)?.name !== outOfTime) throw error
    const at = new Date().toISOString()
    const text = 'the time limit of the whole run was reached'
    return questions.map((question) => troubled(question, at, { kind: 'timeout', text }))
  }
}
