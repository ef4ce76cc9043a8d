import { randomBytes } from 'node:crypto'
import { arch, platform, userInfo } from 'node:os'
import type { Bundle, Evidence, Question } from '../model.ts'
import { openAuth } from './auth.ts'
import type { Cluster } from './cluster.ts'
import { resolveConnection } from './connection.ts'
import { NoAnswer, userError } from './errors.ts'
import { troubled } from './frame-evidence.ts'
import { type HttpOptions, openHttp } from './http.ts'
import { loadKubeconfig } from './kubeconfig.ts'
import { isLater } from './plan/later.ts'
import { makePlan } from './plan-pods.ts'
import type { PodQuestion } from './pod-order.ts'
import { openPods } from './pods.ts'
import { proxyFromEnvironment } from './proxy.ts'
import { collectRounds } from './rounds.ts'
import { askApiServer, askOnNode, askPodsInside, file, outOfTime, type Run, sortEvidence } from './run.ts'
import type { CollectOptions, Images, Session, SessionOptions } from './session.ts'
import { stopwatch } from './stopwatch.ts'
import { sweepAll } from './sweep.ts'

export const defaultImages = {
  client: 'registry.k8s.io/e2e-test-images/agnhost:2.57',
  node: 'docker.io/nicolaka/netshoot:v0.16',
}

/** Milliseconds: one request, clean-up as a whole, a run as a whole, a pod's start. */
const limits = { request: 15_000, close: 20_000, run: 180_000, podStart: 30_000 }

/** Connects: reads the kubeconfig and makes ready to ask. Sends nothing yet. Throws UserError for a bad configuration. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { flags, env } = options
  const connection = await resolveConnection(await loadKubeconfig(flags.kubeconfig, env), flags, env)
  const proxyUrl = connection.proxyUrl ?? proxyFromEnvironment(connection.server, env)
  if (proxyUrl) connection.proxyUrl = proxyUrl
  const auth = openAuth(connection, {
    env,
    terminal: options.terminal ?? { interactive: false },
    signal: options.signal,
    cluster: { ...connection, config: connection.execExtension },
  })
  const warned = new Set<string>()
  const httpOptions: HttpOptions = {
    server: connection.server,
    auth,
    userAgent: `kubectl-svc_debug/${options.version} (${platform()}/${arch()})`,
    signal: options.signal,
    timeout: flags.requestTimeout || limits.request,
    trace: options.trace ?? (() => undefined),
    warn: (text) => {
      if (warned.has(text)) return
      warned.add(text)
      options.warn?.(text)
    },
  }
  const cluster: Cluster = {
    http: openHttp(httpOptions),
    auth,
    server: connection.server,
    images: imagesOf(options.images),
    run: randomBytes(4).toString('hex'),
    creator: creatorName(),
    deaf: new Set(),
    pods: { made: 0 },
    signal: options.signal,
    trace: httpOptions.trace,
  }
  const pods = openPods(cluster)
  let run: Run | undefined

  const begin = (collect: CollectOptions, signal: AbortSignal): Run => ({
    cluster: { ...cluster, signal, http: (ask) => cluster.http({ ...ask, signal: either(ask.signal, signal) }) },
    pods,
    bundle: {
      target: {
        namespace: connection.namespace,
        service: collect.service,
        ...(collect.client ? { client: collect.client } : {}),
        ...(collect.port ? { port: collect.port } : {}),
      },
      evidence: new Map(),
    },
    podTimeout: collect.podTimeout ?? limits.podStart,
    clientNamespace: options.debugNamespace ?? connection.namespace,
    ...(options.debugNamespace ? { nodeNamespace: options.debugNamespace } : {}),
    agreed: new Set(),
    unconfigured: connection.unconfigured,
  })

  return {
    namespace: connection.namespace,
    async collect(collect) {
      const watch = stopwatch(collect.timeout ?? limits.run, timeLimitReached)
      const current = begin(collect, AbortSignal.any([options.signal, watch.signal]))
      run = current
      const consent: CollectOptions['consent'] = (...offer) => watch.paused(() => collect.consent(...offer))
      try {
        const suspectsOf = collect.suspects ?? (await import('../facts/suspects.ts')).suspects
        await collectRounds(current, { ...collect, consent }, suspectsOf)
      } catch (error) {
        options.signal.throwIfAborted()
        // What else is under way must not go on, and make pods, after a failure.
        watch.abort(error)
        if (watch.expired() && current.bundle.evidence.has('api/service.json')) return current.bundle
        throw userError(watch.expired() ? noAnswerInTime(connection.server) : error, connection.unconfigured)
      } finally {
        watch.stop()
        sortEvidence(current.bundle)
      }
      return current.bundle
    },
    plan: (collect) =>
      makePlan(begin(collect, options.signal), collect).catch((error) => {
        throw userError(error, connection.unconfigured)
      }),
    async askMore(questions) {
      if (run === undefined) throw new TypeError('askMore before collect')
      const more: Run = { ...run, cluster: { ...cluster } }
      return askMore(more, questions).finally(() => sortEvidence(more.bundle))
    },
    cleanup: () =>
      sweepAll(cluster).catch((error) => {
        throw userError(error, connection.unconfigured)
      }),
    leftovers: () => pods.leftovers(),
    // A connection of its own, because the run's signal may have ended the other one for good.
    close: () =>
      pods.close(openHttp({ ...httpOptions, signal: AbortSignal.timeout(limits.close), timeout: limits.close })),
  }
}

async function askMore(run: Run, questions: Question[]): Promise<Evidence[]> {
  const at = new Date().toISOString()
  const onNodes = Map.groupBy(
    questions.filter((question): question is PodQuestion => question.reach === 'pod' || question.reach === 'node'),
    (question) => `${question.reach} ${question.node}`,
  )
  const answers = await Promise.all([
    askApiServer(
      run,
      questions.filter((question) => !isLater(question)),
    ),
    askPodsInside(run, questions),
    ...[...onNodes.values()].map((group) =>
      group[0]!.reach === 'node' && !run.agreed.has(group[0]!.node)
        ? file(
            run,
            group.map((question) =>
              troubled(question, at, { kind: 'declined', text: 'reading this node was not agreed to' }),
            ),
          )
        : askOnNode(run, group),
    ),
  ])
  return [...answers.flat(), ...(await askApiServer(run, questions.filter(isLater)))]
}

function either(one: AbortSignal | undefined, other: AbortSignal): AbortSignal {
  return one ? AbortSignal.any([one, other]) : other
}

function noAnswerInTime(server: string): NoAnswer {
  return new NoAnswer('TIMEOUT', 'no answer within the time limit', server)
}

function timeLimitReached(): Error {
  const error = new Error('the time limit of the whole run was reached')
  error.name = outOfTime
  return error
}

/** Mirrors carry the same paths below another host. */
function imagesOf(images: Partial<Images> = {}): Images {
  const { registry, pullSecret } = images
  const at = (image: string) => {
    const [host, ...path] = image.split('/')
    const named = path.length > 0 && /[.:]|^localhost$/.test(host!)
    return registry ? `${registry.replace(/\/$/, '')}/${named ? path.join('/') : image}` : image
  }
  return {
    client: images.client ?? at(defaultImages.client),
    node: images.node ?? at(defaultImages.node),
    ...(pullSecret ? { pullSecret } : {}),
  }
}

function creatorName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}

export type { Bundle }
