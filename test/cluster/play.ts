import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pinCoreDns } from '../scenarios/verbs/dns-server.ts'
import { restoreBase } from '../scenarios/verbs/web.ts'
import { openLab } from './lab.ts'
import { wholeWithin } from './play-matrix.ts'
import { type Played, playOne } from './play-one.ts'
import { isAsked, type PlayOptions, playOptions, USAGE } from './play-options.ts'
import { patience, proxyMode, stageNeeds } from './play-stage.ts'
import { openTool } from './play-tool.ts'
import type { Mode, Need, Stage } from './scenario.ts'
import { type Listed, listScenarios } from './scenario-list.ts'

const results = fileURLToPath(new URL('../../.cache/live.jsonl', import.meta.url))

/** How many scenarios a judging run may play a second time: a shared machine has bad moments, a broken tool fails twice. */
const AGAIN = 3

/** Plays scenarios on a real cluster, a line each, and ends with `N passed, N failed`. */
async function play(options: PlayOptions): Promise<number> {
  const lab = await openLab(options.lab)
  const stage: Stage = Object.assign(lab, { mode: options.mode ?? proxyMode(lab) })
  const has = stageNeeds(lab)
  const tool = options.dry ? undefined : await openTool()
  const failed: Played[] = []
  const again: string[] = []
  const began = Date.now()
  let passed = 0
  try {
    const asked = chosen(await listScenarios(), stage, has, options)
    for (const listed of options.ci ? judgingOrder(asked, stage.mode) : asked) {
      if (stopped || (options.seconds > 0 && (Date.now() - began) / 1000 > options.seconds)) break
      let played = (await prepared(stage, listed)) ?? (await playOne(stage, tool, listed, options))
      report(played, options)
      if (played.wrong.length > 0 && options.ci && again.length < AGAIN) {
        again.push(listed.id)
        clean = false
        played = (await prepared(stage, listed)) ?? (await playOne(stage, tool, listed, options))
        report(played, options)
      }
      if (played.wrong.length > 0) failed.push(played)
      else passed++
    }
  } finally {
    tool?.close()
  }
  for (const { id, wrong } of failed) console.log(`failed: ${id}: ${wrong[0]}`)
  if (again.length > 0) console.log(`played again after a first try that failed: ${again.join(', ')}`)
  console.log(`${passed} passed, ${failed.length} failed`)
  return failed.length === 0 && passed > 0 ? 0 : 1
}

function chosen(all: Listed[], stage: Stage, has: Set<Need>, options: PlayOptions): Listed[] {
  const { only, healthy, share } = options
  return all
    .filter(({ id, scenario }) => isAsked(id, only) && scenario.modes.includes(stage.mode))
    .filter(({ scenario }) => !healthy || scenario.expect.state === 'healthy')
    .filter(({ recording }) => !options.unrecorded || !existsSync(recording(stage.mode)))
    .filter((_, index) => index % share.of === share.turn - 1)
    .filter(({ id, scenario }) => {
      const missing = (scenario.needs ?? []).filter((need) => !has.has(need))
      const unwanted = (scenario.without ?? []).filter((need) => has.has(need))
      if (missing.length > 0) console.log(`not played: ${id} needs a cluster with ${missing.join(', ')}`)
      else if (unwanted.length > 0) console.log(`not played: ${id} needs a cluster without ${unwanted.join(', ')}`)
      return missing.length + unwanted.length === 0
    })
}

/** What has once held on a real cluster: the incidents, some healthy ones, then the rest, beginning elsewhere each day. */
function judgingOrder(all: Listed[], mode: Mode): Listed[] {
  // firewalld is installed from packages while the scenario runs; a judging run does not wait for that
  const proven = all.filter((listed) => existsSync(listed.recording(mode)) && !listed.id.includes('firewalld'))
  const day = Math.floor(Date.now() / 86_400_000)
  const incidents = proven.filter(({ id }) => id.startsWith('incident-'))
  const healthy = proven.filter(({ scenario }) => scenario.expect.state === 'healthy')
  const rest = proven.filter((listed) => !incidents.includes(listed) && !healthy.includes(listed))
  const turned = (list: Listed[]) => list.map((_, i) => list[(i + day * 7) % list.length]!)
  return [...incidents, ...turned(healthy).slice(0, 8), ...turned(rest), ...turned(healthy).slice(8)]
}

let clean = false
let stopped = false
let interrupted = 0
process.on('SIGINT', () => {
  // a terminal signals the whole group and npm's wrapper passes it on: what comes within a second is the same one
  if (stopped && Date.now() - interrupted > 1000) process.exit(130)
  if (!stopped) console.log('stops after this scenario; once more to stop at once and leave the cluster as it is')
  interrupted = stopped ? interrupted : Date.now()
  stopped = true
})

/** Makes the cluster whole before a scenario; cheap after one that healed. Returns a failure where that cannot be done. */
async function prepared(stage: Stage, { id }: Listed): Promise<Played | undefined> {
  if (!clean) {
    const wrong = await made(stage)
    if (wrong.length > 0)
      return { id, mode: stage.mode, seconds: 0, wrong: wrong.map((line) => `not whole before it began: ${line}`) }
  }
  clean = false
  // Events of earlier scenarios say nothing about this one and make up half of a recording.
  await stage.kubectl(['delete', 'events', '--all', '-A', '--wait=false'])
  return undefined
}

/** Puts the base in place and returns what is broken still. A reset is tried where the base alone does not do. */
async function made(stage: Stage): Promise<string[]> {
  await base(stage).catch(() => undefined)
  const wrong = await wholeWithin(stage, patience(stage, 15))
  if (wrong.length === 0) return []
  console.log(`       not whole: ${wrong.join('; ')}`)
  const said = await stage.reset().catch((error: Error) => [error.message])
  for (const line of said) console.log(`       reset: ${line}`)
  const failed = await base(stage).then(
    () => [],
    (error: Error) => [error.message],
  )
  return failed.length > 0 ? failed : wholeWithin(stage, patience(stage, 60))
}

async function base(stage: Stage): Promise<void> {
  await pinCoreDns(stage)
  await restoreBase(stage)
}

function report(played: Played, options: PlayOptions): void {
  const { id, mode, wrong, seconds, toolSeconds, bundleBytes } = played
  clean = !wrong.some((line) => /^(after heal|heal|break)/.test(line))
  const size = bundleBytes === undefined ? '' : `, ${Math.round(bundleBytes / 1000)} kB`
  const times = `${seconds.toFixed(0)} s${toolSeconds === undefined ? '' : `, command ${toolSeconds.toFixed(1)} s`}${size}`
  console.log(`${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${mode} ${id} (${times})`)
  for (const line of wrong) console.log(`         ${line}`)
  if (options.dry) return
  mkdirSync(fileURLToPath(new URL('../../.cache/', import.meta.url)), { recursive: true })
  appendFileSync(results, `${JSON.stringify({ at: new Date().toISOString(), ...played })}\n`)
}

try {
  process.exitCode = await play(playOptions(process.argv.slice(2)))
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  process.exitCode = 2
}
