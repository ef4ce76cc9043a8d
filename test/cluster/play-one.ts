import { copyFileSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { pasteFixes } from './play-fix.ts'
import { interruptions } from './play-interrupt.ts'
import { leftovers } from './play-leftovers.ts'
import { wholeWithin } from './play-matrix.ts'
import type { PlayOptions } from './play-options.ts'
import { patience } from './play-stage.ts'
import type { Run, Tool } from './play-tool.ts'
import { expectation, type Mode, type Scenario, type Stage } from './scenario.ts'
import { exitCodeFor, unmet } from './scenario-expect.ts'
import { keptBundle, type Listed } from './scenario-list.ts'

/** What came of one scenario. `wrong` is empty when all of it held. */
export interface Played {
  id: string
  mode: Mode
  /** What the command was built from: {@link Tool.commit}. */
  commit?: string
  wrong: string[]
  seconds: number
  /** Seconds the command itself took; absent in a dry run. */
  toolSeconds?: number
  state?: string
  causes?: string[]
  unknowns?: number
  /** Whether the printed fix healed; absent where it was not tried. */
  fixHealed?: boolean
  bundleBytes?: number
}

/** Break, observe, ask, compare, heal, verify. Whatever happens in between, the cluster is healed. */
export async function playOne(
  stage: Stage,
  tool: Tool | undefined,
  listed: Listed,
  options: PlayOptions,
): Promise<Played> {
  const { id, scenario } = listed
  const started = Date.now()
  const played: Played = { id, mode: stage.mode, wrong: [], seconds: 0 }
  if (tool?.commit !== undefined) played.commit = tool.commit
  const say = (step: string) => (error: Error) => void played.wrong.push(`${step}: ${error.message}`)
  await scenario.break(stage).catch(say('break'))
  if (played.wrong.length === 0) await scenario.observable(stage).catch(say('observable'))
  if (played.wrong.length === 0 && tool) await judge(stage, tool, listed, options, played).catch(say('play'))
  await scenario.heal(stage).catch(say('heal'))
  for (const line of await wholeWithin(stage, patience(stage, scenario.healWithin ?? 40)))
    played.wrong.push(`after heal: ${line}`)
  played.seconds = (Date.now() - started) / 1000
  return played
}

async function judge(stage: Stage, tool: Tool, listed: Listed, options: PlayOptions, played: Played): Promise<void> {
  const { id, scenario } = listed
  const bundle = tool.scratch(`${id}.tgz`)
  const run = await tool.live(stage, scenario, bundle)
  note(played, run)
  played.wrong.push(...missed(run, scenario, stage.mode), ...(await leftovers(stage)))
  if (existsSync(bundle)) {
    keep(bundle, keptBundle(id, stage.mode))
    played.bundleBytes = statSync(bundle).size
    const again = await tool.replay(bundle)
    if (again.stdout !== run.stdout) played.wrong.push(`replay differs: ${difference(run.stdout, again.stdout)}`)
  } else if (expectation(scenario, stage.mode).state !== 'refused') played.wrong.push('no bundle was saved')
  if (options.interrupt) played.wrong.push(...(await interruptions(stage, tool, scenario)))
  if (options.record && played.wrong.length === 0) record(listed, stage.mode, bundle, options)
  if (options.fixes && run.report?.verdict.state === 'faulty' && !scenario.fix && played.wrong.length === 0)
    await tryFix(stage, tool, scenario, run, played)
}

function note(played: Played, { report, seconds }: Run): void {
  played.toolSeconds = seconds
  if (!report) return
  played.state = report.verdict.state
  played.causes = report.verdict.causes.map(({ check, on }) => `${check} on ${on}`)
  played.unknowns = report.findings.filter(({ state }) => state === 'unknown').length
}

function missed({ report, exitCode, stderr, stdout }: Run, scenario: Scenario, mode: Mode): string[] {
  const expected = expectation(scenario, mode)
  if (expected.state === 'refused') return unrefused(exitCode, stderr, expected.message)
  if (!report) return [`no report (exit ${exitCode}): ${(stderr || stdout).trim().slice(-400)}`]
  const wrong = unmet(report, expected)
  if (exitCode !== exitCodeFor(report)) wrong.push(`exit code is ${exitCode} for ${report.verdict.state}`)
  return wrong
}

/** What is wrong with a refusal: it has to be a sentence with the near thing in it, and exit code 2. */
function unrefused(exitCode: number, stderr: string, message = ''): string[] {
  const wrong = exitCode === 2 ? [] : [`exit code is ${exitCode}, not 2`]
  if (!new RegExp(message).test(stderr)) wrong.push(`the refusal does not match /${message}/: ${stderr.trim()}`)
  return wrong
}

function keep(bundle: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  copyFileSync(bundle, path)
}

function record({ recording }: Listed, mode: Mode, bundle: string, { rerecord }: PlayOptions): void {
  const path = recording(mode)
  // a refusal of the command line leaves nothing to record
  if (existsSync(bundle) && (rerecord || !existsSync(path))) copyFileSync(bundle, path)
}

async function tryFix(stage: Stage, tool: Tool, scenario: Scenario, run: Run, played: Played): Promise<void> {
  if (!run.report) return
  const failed = await pasteFixes(tool, stage, run.report)
  const again = failed.length > 0 ? undefined : await answersAgain(stage, tool, scenario)
  played.fixHealed = failed.length === 0 && again === undefined
  for (const line of failed) played.wrong.push(`fix: ${line}`)
  if (again) played.wrong.push(`fix: after it ${again}`)
}

/** Asks the command again until it calls the Service healthy, three times at most. */
async function answersAgain(stage: Stage, tool: Tool, scenario: Scenario): Promise<string | undefined> {
  let last = ''
  for (let i = 0; i < 3; i++) {
    const { report, stderr } = await tool.live(stage, scenario, tool.scratch('after-fix.tgz'))
    if (report?.verdict.state === 'healthy') return undefined
    last = report ? `still ${report.verdict.state}: ${report.verdict.says}` : stderr.trim().slice(-300)
    await new Promise((resolve) => setTimeout(resolve, 5000))
  }
  return last
}

/** The first line that differs. */
export function difference(one: string, other: string): string {
  const lines = other.split('\n')
  const index = one.split('\n').findIndex((line, i) => line !== lines[i])
  return `line ${index + 1}: ${one.split('\n')[index]?.trim()} / ${lines[index]?.trim()}`
}
