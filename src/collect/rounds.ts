import type { Bundle, Trouble } from '../model.ts'
import { troubled } from './frame-evidence.ts'
import { consentedNodes } from './node-consent.ts'
import { absentQuestions } from './plan/absent.ts'
import { agentQuestions, apiQuestions } from './plan/api.ts'
import { clientQuestions } from './plan/client.ts'
import { elsewhereQuestions } from './plan/elsewhere.ts'
import { insideQuestions } from './plan/inside.ts'
import { laterQuestions } from './plan/later.ts'
import { logQuestions } from './plan/logs.ts'
import { nodeQuestions, nodeStateQuestions } from './plan/node.ts'
import { nodesInPlay } from './plan/nodes-in-play.ts'
import { stageOf } from './plan/stage.ts'
import type { PodQuestion } from './pod-order.ts'
import { askApiServer, askOnNode, askPodsInside, file, type Run } from './run.ts'
import type { CollectOptions, Suspect } from './session.ts'
import { sweepExpired } from './sweep.ts'
import { usageProblem } from './usage-problem.ts'

export type SuspectsOf = (bundle: Bundle) => Suspect[]

/**
 * The whole gathering. First the API alone; then one client pod on a node without an endpoint and a look into the endpoints' own pods;
 * then, where nodes became suspect and the user agrees, host-network pods there, and client pods on the other nodes in play. On a
 * node that is to be read, the host's state is read before a client pod starts: the CNI's ADD repairs some faults (ip_forward off,
 * cni0 down), and they would never be seen. Throws UserError for what the user must correct.
 */
export async function collectRounds(run: Run, options: CollectOptions, suspectsOf: SuspectsOf): Promise<void> {
  const { progress } = options
  progress('asking the API server')
  await askApiServer(run, apiQuestions(run.bundle.target))
  await askApiServer(run, absentQuestions(run.bundle))
  const problem = usageProblem(run.bundle, run.unconfigured)
  if (problem) throw problem
  // Earlier runs' leftovers; not worth waiting for.
  void sweepExpired(run.cluster, [run.clientNamespace, 'kube-system'])

  const stage = stageOf(run.bundle)
  const inPlay = nodesInPlay(stage, options.fromNodes)
  const play: Play = { run, options, nodes: inPlay.all, probed: new Set(), judged: new Set() }
  if (options.nodeProbes === 'always') {
    const everywhere = inPlay.all.map((node) => ({ node, why: '--node-probes=always' }))
    await Promise.all([lookAround(play), readAndProbe(play, everywhere)])
  } else {
    const { first } = inPlay
    progress(first === undefined ? 'no node can run a probe' : `probing from node ${first}`)
    await Promise.all([lookAround(play), first === undefined ? undefined : probeFrom(play, first)])
    await readAndProbe(play, suspectsOf(run.bundle))
  }
  // What the second round brought to light.
  await readAndProbe(play, suspectsOf(run.bundle))
  await askApiServer(run, laterQuestions(run.bundle))
}

interface Play {
  run: Run
  options: CollectOptions
  /** Nodes in play. */
  nodes: string[]
  /** Nodes that were probed from by a client pod. */
  probed: Set<string>
  /** Nodes that were read, or that nobody may read. */
  judged: Set<string>
}

/** CNI agents' objects, logs of what looks bad, and the endpoints' own pods; all without a pod of ours. */
async function lookAround({ run }: Play): Promise<void> {
  const inside = askPodsInside(run, insideQuestions(run.bundle))
  // Awaited last; must not count as unhandled if it fails before.
  inside.catch(() => undefined)
  await askApiServer(run, [...agentQuestions(run.bundle), ...elsewhereQuestions(run.bundle)])
  await readLogs(run, [])
  await inside
}

async function probeFrom({ run, probed, nodes }: Play, node: string): Promise<void> {
  if (probed.has(node)) return
  probed.add(node)
  await askOnNode(run, clientQuestions(run.bundle, node, nodes, run.clientNamespace) as PodQuestion[])
}

/** Reads the suspects that the user agrees to, then probes from every node in play that has not been probed from. */
async function readAndProbe(play: Play, suspects: Suspect[]): Promise<void> {
  const { run, options, nodes, probed, judged } = play
  const fresh = suspects.filter(({ node }) => !judged.has(node))
  const remaining = nodes.filter((node) => !probed.has(node))
  if (fresh.length === 0 && remaining.length === 0) return
  for (const { node } of fresh) judged.add(node)
  const consent = await consentedNodes(run, options, fresh, nodes)
  for (const { node, trouble } of consent.refused) fileRefusal(play, node, trouble)
  const read = new Set(consent.nodes)
  if (read.size > 0) options.progress(`reading the network state of ${[...read].join(', ')}`)
  else if (remaining.length > 0) options.progress(`probing from ${remaining.join(', ')}`)
  await Promise.all([
    readLogs(
      run,
      fresh.map(({ node }) => node),
    ),
    ...[...read].map((node) => readThenProbe(play, node, remaining.includes(node))),
    ...remaining.filter((node) => !read.has(node)).map((node) => probeFrom(play, node)),
  ])
}

/** The client pod starts as soon as the host's state is in, while the host's own probes go on. */
async function readThenProbe(play: Play, node: string, probe: boolean): Promise<void> {
  const questions = nodeQuestions(play.run.bundle, node, play.nodes) as PodQuestion[]
  const state = nodeStateQuestions(play.run.bundle, node)
  let begun: Promise<void> | undefined
  const begin = () => {
    begun ??= probe ? probeFrom(play, node) : Promise.resolve()
    // Awaited below; must not count as unhandled if it fails before.
    begun.catch(() => undefined)
  }
  await askOnNode(play.run, questions, (paths) => {
    if (state.every((question) => paths.has(question.path))) begin()
  })
  begin()
  await begun
}

async function readLogs(run: Run, nodes: string[]): Promise<void> {
  const questions = logQuestions(run.bundle, new Set(nodes)).filter(({ path }) => !run.bundle.evidence.has(path))
  await askApiServer(run, questions)
}

function fileRefusal({ run, nodes }: Play, node: string, trouble: Trouble): void {
  const at = new Date().toISOString()
  file(
    run,
    nodeQuestions(run.bundle, node, nodes).map((question) => troubled(question, at, trouble)),
  )
}
