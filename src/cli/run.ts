import type { CollectOptions, Session } from '../collect/session.ts'
import { type Bundle, type State, UserError } from '../model.ts'
import { type Choose, consent } from './consent.ts'
import type { Interrupts } from './interrupts.ts'
import { type Io, interactive } from './io.ts'
import { plugin } from './name.ts'
import type { Options } from './options.ts'
import type { Parts } from './parts.ts'
import { type Progress, progress } from './progress.ts'
import { screenStyle } from './screen-style.ts'
import { version } from './version.ts'

const exitCodes: Record<State, number> = { healthy: 0, faulty: 1, undetermined: 2 }

/** One run of the command: evidence, from a cluster or from disk, then diagnosis, then the report on stdout. Gives the exit code. */
export async function run(options: Options, io: Io, parts: Parts, stop: Interrupts): Promise<number> {
  if (options.from) return show(await saved(options, options.from, parts), options, io, parts)
  const steps = progress(io, screenStyle(io, io.stderr, options), parts.spinner)
  stop.signal.addEventListener('abort', () => steps.stop())
  try {
    const session = await open(options, io, parts, stop, steps)
    if (options.cleanup) return await cleanup(session, steps, io)
    const asked = collectOptions(options, io, parts.choose, steps, stop)
    if (options.plan) {
      steps.step('Planning')
      const plan = await session.plan(asked)
      steps.stop()
      io.stdout.write((await parts.engine()).planText(plan, options.format))
      return 0
    }
    return await live(session, asked, options, io, parts, steps)
  } finally {
    steps.stop()
  }
}

async function live(
  session: Session,
  asked: CollectOptions,
  options: Options,
  io: Io,
  parts: Parts,
  steps: Progress,
): Promise<number> {
  let bundle: Bundle
  try {
    bundle = await session.collect(asked)
  } finally {
    if (session.leftovers().length > 0) steps.step('Removing debug pods')
    const { left } = await session.close()
    if (left.length > 0)
      steps.note(`Some debug pods could not be removed. To remove them:\n${left.map((line) => `  ${line}`).join('\n')}`)
  }
  const engine = await parts.engine()
  if (options.save) {
    steps.step(`Saving to ${options.save}`)
    await engine.writeBundle(bundle, options.save)
    steps.note(
      `Everything that was read is in ${options.save}; '${plugin.usage} --from ${options.save}' judges it again.`,
    )
  }
  steps.stop()
  return show(bundle, options, io, parts)
}

async function show(bundle: Bundle, options: Options, io: Io, parts: Parts): Promise<number> {
  const engine = await parts.engine()
  const report = engine.diagnose(bundle)
  io.stdout.write(engine.render(report, options.format, screenStyle(io, io.stdout, options)))
  return exitCodes[report.verdict.state]
}

async function saved(options: Options, path: string, parts: Parts): Promise<Bundle> {
  const bundle = await (await parts.engine()).readBundle(path)
  const { service, namespace } = bundle.target
  const other = (options.service ?? service) !== service || (options.connection.namespace ?? namespace) !== namespace
  if (other)
    throw new UserError(
      `${path} is a run for Service ${namespace}/${service}`,
      `leave out the name: '${plugin.usage} --from ${path}'`,
    )
  return bundle
}

async function open(options: Options, io: Io, parts: Parts, stop: Interrupts, steps: Progress): Promise<Session> {
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

function collectOptions(options: Options, io: Io, choose: Choose, steps: Progress, stop: Interrupts): CollectOptions {
  const { width } = screenStyle(io, io.stderr, options)
  const asks = consent({ choose, show: (text) => void io.stderr.write(`${text}\n`), interrupt: stop.interrupt, width })
  return {
    service: options.service ?? '',
    ...(options.client ? { client: options.client } : {}),
    ...(options.fromNodes ? { fromNodes: options.fromNodes } : {}),
    nodeProbes: options.nodeProbes,
    consent: async (suspects, plan) => {
      const all = new Set(suspects.map(({ node }) => node))
      if (options.yes) return all
      if (!interactive(io, options.noInput)) {
        steps.note(
          `Not read, because nobody can be asked: the network state of ${[...all].join(', ')}. --yes or --node-probes=always reads it.`,
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

async function cleanup(session: Session, steps: Progress, io: Io): Promise<number> {
  steps.step('Removing debug pods of earlier runs')
  const { deleted, left } = await session.cleanup()
  steps.stop()
  for (const pod of deleted) io.stdout.write(`pod "${pod}" deleted\n`)
  if (deleted.length + left.length === 0) io.stdout.write('No debug pods found\n')
  for (const line of left) io.stderr.write(`could not be removed; run: ${line}\n`)
  return left.length > 0 ? 2 : 0
}
