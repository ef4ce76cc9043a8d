import type { Question } from '../model.ts'
import { debugPod } from './debug-pod.ts'
import { absentQuestions } from './plan/absent.ts'
import { agentQuestions, apiQuestions } from './plan/api.ts'
import { clientQuestions } from './plan/client.ts'
import { elsewhereQuestions } from './plan/elsewhere.ts'
import { insideQuestions } from './plan/inside.ts'
import { nodeQuestions } from './plan/node.ts'
import { nodesInPlay } from './plan/nodes-in-play.ts'
import { stageOf } from './plan/stage.ts'
import { orderPod, type PodQuestion } from './pod-order.ts'
import { permissions } from './preflight.ts'
import { secondsFor } from './question-limits.ts'
import { askApiServer, type Run } from './run.ts'
import { runnerCommand } from './runner-script.ts'
import type { CollectOptions, Plan } from './session.ts'
import { usageProblem } from './usage-problem.ts'

/**
 * `--plan`: asks the API only, and says every other question with the pods that would ask it. Node pods are listed for every node in
 * play, since any of them may become suspect, unless node probes are off.
 */
export async function makePlan(run: Run, options: CollectOptions): Promise<Plan> {
  const first = apiQuestions(run.bundle.target)
  await askApiServer(run, first)
  await askApiServer(run, absentQuestions(run.bundle))
  const problem = usageProblem(run.bundle, run.unconfigured)
  if (problem) throw problem
  const { all } = nodesInPlay(stageOf(run.bundle), options.fromNodes)
  const clients = all.map((node) => clientQuestions(run.bundle, node, all, run.clientNamespace))
  const nodes = options.nodeProbes === 'never' ? [] : all.map((node) => nodeQuestions(run.bundle, node, all))
  const groups = [...clients, ...nodes] as PodQuestion[][]
  return {
    questions: [
      ...first,
      ...agentQuestions(run.bundle),
      ...elsewhereQuestions(run.bundle),
      ...insideQuestions(run.bundle),
      ...(groups.flat() as Question[]),
    ],
    permissions: await permissions(run.cluster, run.bundle.target.namespace),
    pods: groups.filter((group) => group.length > 0).map((group) => manifest(run, group)),
  }
}

function manifest(run: Run, group: PodQuestion[]): object {
  const { namespace, service } = run.bundle.target
  const { node, reach } = group[0]!
  const jobs = group.map((question) => ({ seconds: secondsFor(question), run: question.run }))
  const kind = reach === 'node' ? 'node' : 'client'
  const place = {
    kind,
    node,
    namespace: (kind === 'node' ? run.nodeNamespace : undefined) ?? run.clientNamespace,
    service: `${namespace}/${service}`,
    startLimit: run.podTimeout,
  } as const
  return debugPod(orderPod(run.cluster, place, runnerCommand('svc-debug-boundary', jobs)))
}
