import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../src/bundle.ts'
import { diagnose } from '../src/diagnose.ts'
import { leftOut } from './accuracy-left-out.ts'
import { rivals, type Situation } from './accuracy-rivals.ts'
import type { Played } from './cluster/play-one.ts'
import { expectation, type Mode } from './cluster/scenario.ts'
import { unmet } from './cluster/scenario-expect.ts'
import { type Listed, listScenarios } from './cluster/scenario-list.ts'
import { VERSIONS } from './cluster/versions.ts'

/** What is known of one scenario in one mode: from its recording and from the last time it was played. */
interface Row {
  id: string
  mode: Mode
  about: string
  healthy: boolean
  compound: boolean
  faults: string[]
  /** What the replay missed; undefined where nothing is recorded. */
  replay?: string[]
  unknowns?: number
  bytes?: number
  live?: Played & { at: string }
}

const modes: Mode[] = ['iptables', 'nftables', 'ipvs']
const results = fileURLToPath(new URL('../.cache/live.jsonl', import.meta.url))
const kernelRun = fileURLToPath(new URL('../.cache/differential.json', import.meta.url))
const page = fileURLToPath(new URL('../docs/accuracy.md', import.meta.url))

const lives = lastLives()
const rows: Row[] = []
for (const listed of await listScenarios()) for (const mode of listed.scenario.modes) rows.push(await row(listed, mode))
writeFileSync(page, render(rows))
console.log(`docs/accuracy.md: ${rows.filter(({ replay }) => replay).length} recordings, ${lives.size} live results`)

async function row({ id, scenario, recording }: Listed, mode: Mode): Promise<Row> {
  const path = recording(mode)
  const expected = expectation(scenario, mode)
  const live = lives.get(`${id} ${mode}`)
  const known: Row = {
    id,
    mode,
    about: scenario.about,
    healthy: expected.state === 'healthy',
    compound: expected.first === undefined && (expected.also?.length ?? 0) > 1,
    faults: scenario.fault,
    ...(live ? { live } : {}),
  }
  if (!existsSync(path)) return known
  const report = diagnose(await readBundle(path))
  const unknowns = report.findings.filter(({ state }) => state === 'unknown').length
  return { ...known, replay: unmet(report, expected), unknowns, bytes: statSync(path).size }
}

function lastLives(): Map<string, Played & { at: string }> {
  if (!existsSync(results)) return new Map()
  const lines = readFileSync(results, 'utf8').trim().split('\n')
  const all = lines.map((line) => JSON.parse(line) as Played & { at: string })
  return new Map(all.map((one) => [`${one.id} ${one.mode}`, one]))
}

function render(all: Row[]): string {
  const seen = all.filter(({ replay, live }) => replay || live)
  return `# Accuracy

Written by \`npm run accuracy\` from the recordings below \`test/scenarios\` and from the last live runs of
\`npm run test:cluster\`. A scenario is right when the state is the expected one, the first cause has the expected id and place,
no further cause is named, and (healthy ones) no finding at all is raised. Only right runs are recorded: the live column judges.
The cluster: Kubernetes ${VERSIONS.kubernetes}, flannel ${VERSIONS.flannel}, CoreDNS ${VERSIONS.coredns} (\`test/cluster/versions.ts\`).

${totals(seen)}

${situations(seen)}
${differential()}
${withoutScenario()}
## Every scenario

| scenario | mode | replay | live | command | unknown | recording | played |
|---|---|---|---|---|---|---|---|
${seen.map(line).join('\n')}
`
}

function totals(seen: Row[]): string {
  const lines = ['| | replay | live | fault ids recorded |', '|---|---|---|---|']
  for (const mode of modes) {
    const of = (pick: (row: Row) => boolean) => seen.filter((one) => one.mode === mode && pick(one))
    lines.push(
      total(
        `${mode}: faulty`,
        of(({ healthy, compound }) => !healthy && !compound),
      ),
    )
    lines.push(
      total(
        `${mode}: two causes at once`,
        of(({ compound }) => compound),
      ),
    )
    lines.push(
      total(
        `${mode}: healthy look-alikes`,
        of(({ healthy }) => healthy),
      ),
    )
  }
  const fixes = seen.filter(({ live }) => live?.fixHealed !== undefined)
  lines.push(`| printed fixes that heal | – | ${share(fixes, ({ live }) => live?.fixHealed === true)} | – |`)
  return lines.join('\n')
}

function total(name: string, some: Row[]): string {
  const replays = some.filter(({ replay }) => replay)
  const lived = some.filter(({ live }) => live)
  const ids = new Set(replays.filter(({ replay }) => replay?.length === 0).flatMap(({ faults }) => faults)).size
  const right = share(replays, ({ replay }) => replay?.length === 0)
  return `| ${name} | ${right} | ${share(lived, isRight)} | ${ids} |`
}

function share<T>(some: T[], holds: (one: T) => boolean): string {
  return some.length === 0 ? '–' : `${some.filter(holds).length} of ${some.length}`
}

function isRight({ live }: Row): boolean {
  return live?.wrong.length === 0
}

function line({ id, mode, replay, live, unknowns, bytes }: Row): string {
  const cells = [
    id,
    mode,
    replay ? (replay.length === 0 ? 'right' : `wrong: ${replay[0]?.replace(/\/\S*\//g, '')}`) : '–',
    live ? (live.wrong.length === 0 ? 'right' : `wrong: ${live.wrong[0]?.replace(/\/\S*\//g, '')}`) : '–',
    live?.toolSeconds ? `${live.toolSeconds.toFixed(1)} s` : '–',
    `${unknowns ?? live?.unknowns ?? '–'}`,
    bytes ? `${Math.round(bytes / 1000)} kB` : '–',
    live ? `${live.commit ?? ''} ${live.at.slice(0, 10)}`.trim() : '–',
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** The rest of the catalogue. */
function withoutScenario(): string {
  const lines = Object.entries(leftOut).map(([id, why]) => `| ${id} | ${why} |`)
  return `## Faults without a scenario

Of the 145 faults of the catalogue these ${lines.length} are not broken on the test cluster:

| fault | why |
|---|---|
${lines.join('\n')}
`
}

/** The last full run of the differential test, if one was made in this tree. */
function differential(): string {
  const head = '## The walk against the kernel\n\n'
  if (!existsSync(kernelRun))
    return `${head}No full run is at hand: \`npm run differential -- --configs 2010 --jobs 2\`.\n`
  const run = JSON.parse(readFileSync(kernelRun, 'utf8'))
  const percent = ((100 * run.unknown) / run.packets).toFixed(2)
  return `${head}\`npm run differential -- --configs ${run.configs} --seed ${run.seed}\` on ${run.at.slice(0, 10)} (Linux ${run.kernel.split('-')[0]}): ${run.configs} configurations, ${run.packets} packets,
${run.wrong} wrong, ${run.unknown} unknown (${percent} %).
`
}

/** The situations in which six other tools were measured, with ours beside them. */
function situations(seen: Row[]): string {
  const of = (situation: Situation) => seen.find(({ id, mode }) => id === situation.scenario && mode === 'iptables')
  const verdict = (situation: Situation) => {
    const found = of(situation)
    if (!found) return 'not played'
    return (found.replay ?? found.live?.wrong ?? []).length === 0 ? 'yes' : 'no'
  }
  const table = rivals.map(
    (one) => `| ${one.number} | ${one.what} | ${verdict(one)} | ${one.others.join(' | ')} | ${one.scenario} |`,
  )
  const broken = rivals.filter(({ number }) => !number.startsWith('H'))
  const fine = rivals.filter(({ number }) => number.startsWith('H'))
  const named = share(broken, (one) => verdict(one) === 'yes')
  const alarms = share(fine, (one) => verdict(one) === 'no')
  return `## The situations other tools were measured in

Broken ones named by us: ${named}. False alarms by us on healthy ones: ${alarms}. Best of the others: 4 of 21; all six together: 8 of 21.
For the others: yes = root cause named, part = pointed near it, – = silent, X = wrong or a false alarm, · = not run.

| # | situation | svc-debug | skoop | kubectl-status | popeye | k8sgpt | kdebug | nettrace | scenario |
|---|---|---|---|---|---|---|---|---|---|
${table.join('\n')}
`
}
