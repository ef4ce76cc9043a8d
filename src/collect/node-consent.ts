import type { Question, Trouble } from '../model.ts'
import { debugPod, nodeCapabilities } from './debug-pod.ts'
import { nodeQuestions } from './plan/node.ts'
import { orderPod } from './pod-order.ts'
import { admittingNamespace } from './preflight.ts'
import type { Run } from './run.ts'
import { runnerCommand } from './runner-script.ts'
import type { CollectOptions, NodePlan, Suspect } from './session.ts'

export interface Consent {
  nodes: string[]
  /** Nodes that will not be read, and why: it stands in the evidence. */
  refused: { node: string; trouble: Trouble }[]
}

/**
 * Which suspect nodes may be read. Nothing is asked of the user before the cluster itself would admit such a pod; what the user or the
 * cluster refuses becomes the trouble of the node's questions.
 */
export async function consentedNodes(
  run: Run,
  options: CollectOptions,
  suspects: Suspect[],
  nodes: string[],
): Promise<Consent> {
  if (suspects.length === 0) return { nodes: [], refused: [] }
  const refuse = (list: Suspect[], trouble: Trouble) => list.map(({ node }) => ({ node, trouble }))
  if (options.nodeProbes === 'never') {
    return { nodes: [], refused: refuse(suspects, declined('node probes are off (--node-probes=never)')) }
  }
  const trouble = await chooseNamespace(run, suspects[0]!.node)
  if (trouble) return { nodes: [], refused: refuse(suspects, trouble) }
  const allowed =
    options.nodeProbes === 'always'
      ? new Set(suspects.map(({ node }) => node))
      : await options.consent(suspects, nodePlan(run, suspects, nodes))
  for (const { node } of suspects) if (allowed.has(node)) run.agreed.add(node)
  return {
    nodes: suspects.map(({ node }) => node).filter((node) => allowed.has(node)),
    refused: refuse(
      suspects.filter(({ node }) => !allowed.has(node)),
      declined('reading this node was not agreed to (--node-probes=always or --yes allows it)'),
    ),
  }
}

function declined(text: string): Trouble {
  return { kind: 'declined', text }
}

/** Settles the namespace of node pods once for the run: the clients' own where it admits them, else kube-system. */
async function chooseNamespace(run: Run, node: string): Promise<Trouble | undefined> {
  if (run.nodeNamespace !== undefined) return undefined
  const candidates = [...new Set([run.clientNamespace, 'kube-system'])]
  const found = await admittingNamespace(run.cluster, candidates, (namespace) => manifest(run, node, namespace, []))
  if ('trouble' in found) return found.trouble
  run.nodeNamespace = found.namespace
  return undefined
}

function nodePlan(run: Run, suspects: Suspect[], nodes: string[]): NodePlan {
  const questions = new Map(suspects.map(({ node }) => [node, nodeQuestions(run.bundle, node, nodes)]))
  const namespace = run.nodeNamespace ?? run.clientNamespace
  return {
    image: run.cluster.images.node,
    namespace,
    capabilities: nodeCapabilities,
    questions,
    manifest: (node) => manifest(run, node, namespace, questions.get(node) ?? []),
  }
}

function manifest(run: Run, node: string, namespace: string, questions: Question[]) {
  const { namespace: target, service } = run.bundle.target
  const place = { kind: 'node', node, namespace, service: `${target}/${service}`, startLimit: run.podTimeout } as const
  const jobs = questions.flatMap((question) => ('run' in question ? [{ seconds: 20, run: question.run }] : []))
  return debugPod(orderPod(run.cluster, place, runnerCommand('svc-debug-plan', jobs)))
}
