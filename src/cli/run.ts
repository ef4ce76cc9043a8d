import { setTimeout as sleep } from 'node:timers/promises'
import { confirmation } from '../collect/plan/confirm.ts'
import type { CollectOptions, Session } from '../collect/session.ts'
import { type Bundle, type State, UserError } from '../model.ts'
import { consent } from './consent.ts'
import type { Interrupts } from './interrupts.ts'
import { type Io, interactive } from './io.ts'
import { plugin } from './name.ts'
import type { Options } from './options.ts'
import type { Parts } from './parts.ts'
import { type Progress, progress } from './progress.ts'
import { screenStyle } from './screen-style.ts'
import { version } from './version.ts'

/** What a run is made of. */
export interface Setting {
  options: Options
  io: Io
  parts: Parts
  stop: Interrupts
}

type Running = Setting & { steps: Progress }

const exitCodes: Record<State, number> = { healthy: 0, faulty: 1, undetermined: 2 }

/** One run of the command: evidence, from a cluster or from disk, then diagnosis, then the report on stdout. Gives the exit code. */
export async function run(setting: Setting): Promise<number> {
  const { options, io, parts, stop } = setting
  if (options.from) return show(setting, await saved(options, options.from, parts))
  const steps = progress(io, screenStyle(io, io.stderr, options), parts.spinner)
  stop.signal.addEventListener('abort', () => steps.stop())
  try {
    const running = { ...setting, steps }
    const session = await open(running)
    if (options.cleanup) return await cleanup(session, running)
    if (options.plan) return await plan(session, running)
    const bundle = await collect(session, running)
    // A run that cannot be kept is judged all the same.
    const unsaved = options.save ? await save(bundle, options.save, running).then(() => undefined, asError) : undefined
    steps.stop()
    const code = await show(setting, bundle)
    if (unsaved) throw unsaved
    return code
  } finally {
    steps.stop()
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

/** The end of every run, live or saved. */
async function show({ options, io, parts }: Setting, bundle: Bundle): Promise<number> {
  const engine = await parts.engine()
  const style = screenStyle(io, io.stdout, options)
  if (options.trace) {
    io.stdout.write(engine.traceText(bundle, options.trace, style))
    return 0
  }
  const report = engine.diagnose(bundle)
  io.stdout.write(engine.render(report, options.format, style))
  return exitCodes[report.verdict.state]
}

async function saved(options: Options, path: string, parts: Parts): Promise<Bundle> {
  const bundle = await (await parts.engine()).readBundle(path)
  const { service, namespace, port } = bundle.target
  const other =
    (options.service ?? service) !== service ||
    (options.connection.namespace ?? namespace) !== namespace ||
    (options.port ?? port) !== port
  if (other)
    throw new UserError(
      `${path} is a run for Service ${namespace}/${service}${port ? `:${port}` : ''}`,
      `leave out the name: '${plugin.usage} --from ${path}'`,
    )
  return bundle
}

async function open({ options, io, parts, stop, steps }: Running): Promise<Session> {
  steps.step('Connecting')
  const session = await parts.openSession({
    flags: options.connection,
    env: io.env,
    version,
    signal: stop.signal,
    images: options.images,
    ...(options.debugNamespace ? { debugNamespace: options.debugNamespace } : {}),
    terminal: { interactive: interactive(io, options.noInput), pause: steps.pause, resume: steps.resume },
    warn: (text) => steps.note(`Warning: ${text}`),
    trace: (level, text) => {
      if (level <= options.verbosity) steps.note(text)
    },
  })
  stop.guard(session)
  return session
}

async function collect(session: Session, running: Running): Promise<Bundle> {
  const { steps, stop } = running
  try {
    const bundle = await session.collect(collectOptions(running))
    await readAgain(bundle, session, running)
    return bundle
  } finally {
    if (!stop.signal.aborted && session.leftovers().length > 0) steps.step('Removing debug pods')
    const { left } = await session.close()
    if (left.length > 0)
      steps.note(
        ['Some debug pods could not be removed. To remove them:', ...left.map((line) => `  ${line}`)].join('\n'),
      )
  }
}

/** What may pass by itself, and what failed without a reason to be seen, is read a second time before anything is named. */
async function readAgain(bundle: Bundle, session: Session, { steps, stop, parts }: Running): Promise<void> {
  const { questions, wait } = confirmation(bundle, (await parts.engine()).diagnose(bundle), Date.now())
  if (questions.length === 0 || stop.signal.aborted) return
  steps.step('Reading once more what may pass by itself')
  await sleep(wait, undefined, { signal: stop.signal }).catch(() => undefined)
  if (!stop.signal.aborted) await session.askMore(questions)
}

function collectOptions({ options, io, parts, stop, steps }: Running): CollectOptions {
  const { width } = screenStyle(io, io.stderr, options)
  const print = (text: string) => void io.stderr.write(`${text}\n`)
  const asks = consent({ choose: parts.choose, show: print, interrupt: stop.interrupt, width })
  return {
    service: options.service ?? '',
    ...(options.client ? { client: options.client } : {}),
    ...(options.port ? { port: options.port } : {}),
    ...(options.fromNodes ? { fromNodes: options.fromNodes } : {}),
    nodeProbes: options.nodeProbes,
    consent: async (suspects, plan) => {
      const all = new Set(suspects.map(({ node }) => node))
      if (options.yes) return all
      if (!interactive(io, options.noInput)) {
        const nodes = [...all].join(', ')
        steps.note(
          `Not read, because nobody can be asked: the network state of ${nodes}. --yes or --node-probes=always reads it.`,
        )
        return new Set()
      }
      steps.pause()
      return asks(suspects, plan).finally(steps.resume)
    },
    progress: (step) => steps.step(step.charAt(0).toUpperCase() + step.slice(1)),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    ...(options.podTimeout === undefined ? {} : { podTimeout: options.podTimeout }),
  }
}

async function save(bundle: Bundle, path: string, { parts, steps }: Running): Promise<void> {
  steps.step(`Saving to ${path}`)
  await (await parts.engine()).writeBundle(bundle, path)
  steps.note(`Everything that was read is in ${path}; '${plugin.usage} --from ${path}' judges it again.`)
}

async function plan(session: Session, running: Running): Promise<number> {
  const { options, io, parts, steps } = running
  steps.step('Planning')
  const planned = await session.plan(collectOptions(running))
  steps.stop()
  io.stdout.write((await parts.engine()).planText(planned, options.format))
  return 0
}

async function cleanup(session: Session, { io, steps }: Running): Promise<number> {
  steps.step('Removing debug pods of earlier runs')
  const { deleted, left } = await session.cleanup()
  steps.stop()
  for (const pod of deleted) io.stdout.write(`pod "${pod}" deleted\n`)
  if (deleted.length + left.length === 0) io.stdout.write('No debug pods found\n')
  for (const line of left) io.stderr.write(`could not be removed; run: ${line}\n`)
  return left.length > 0 ? 2 : 0
}
