import { mkdirSync, writeFileSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Agent } from './agent.ts'
import type { RuleFamily } from './config.ts'
import type { FixedCase } from './fixed-case.ts'
import { generate } from './generate.ts'
import { shrink } from './shrink.ts'
import { type ProbeResult, type Trial, tryConfig } from './trial.ts'

/**
 * Holds the walk against the kernel. Needs root, iproute2, iptables, nftables, ipset and a C compiler.
 * node test/differential/run.ts [--configs N] [--family F] [--seed S] [--only PROBE] [--seconds T] [--jobs J] [--shrink NAME] [--verbose]
 */
const FAMILIES: RuleFamily[] = ['iptables-nft', 'iptables-legacy', 'nftables', 'mixed', 'paths', 'ipv6']

/** From this many configurations on a run is kept for `npm run accuracy`. */
const FULL_RUN = 2000

const { values } = parseArgs({
  options: {
    configs: { type: 'string', default: '2000' },
    family: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    seconds: { type: 'string' },
    jobs: { type: 'string', default: '4' },
    shrink: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
})

const families = values.family ? [values.family as RuleFamily] : FAMILIES
const only = values.only === undefined ? undefined : Number(values.only)
const total = { configs: 0, packets: 0, right: 0, unknown: 0, wrong: 0, refused: 0 }
const unknownWhy = new Map<string, number>()
const started = Date.now()
const until = values.seconds ? started + Number(values.seconds) * 1000 : Number.POSITIVE_INFINITY

/** Every configuration by its number: families take turns, so that a bounded share meets each. */
function* plan(): Generator<{ family: RuleFamily; seed: number }> {
  for (let i = 0; i < Number(values.configs) && Date.now() < until; i++)
    yield {
      family: families[i % families.length] as RuleFamily,
      seed: Number(values.seed) + Math.floor(i / families.length),
    }
}

function repeat(family: RuleFamily, seed: number, index: number): string {
  return `node test/differential/run.ts --configs 1 --family ${family} --seed ${seed} --only ${index} --verbose`
}

function count(family: RuleFamily, seed: number, { index, probe, fates, judgement }: ProbeResult): void {
  total.packets++
  total[judgement.word]++
  if (judgement.word === 'unknown') unknownWhy.set(judgement.why, (unknownWhy.get(judgement.why) ?? 0) + 1)
  if (judgement.word === 'wrong') {
    console.log(`wrong: ${repeat(family, seed, index)}\n  packet ${JSON.stringify(probe)}`)
    for (const fate of new Set(fates.map((f) => JSON.stringify(f)))) console.log(`  kernel ${fate}`)
    console.log(`  walk   ${judgement.why}`)
  }
}

/** Everything about single probes, for looking into a mismatch. */
function explain(trial: Trial): void {
  for (const { probe, fates, judgement } of trial.results) {
    console.log(JSON.stringify(probe), judgement.word, judgement.why)
    for (const fate of new Set(fates.map((f) => JSON.stringify(f)))) console.log('  kernel', fate)
    for (const course of judgement.courses) {
      console.log(`  course of share ${course.share}`)
      for (const step of [
        ...course.steps,
        ...(course.back ? [{ at: '', did: '--- back', proof: [] }, ...course.back.steps] : []),
      ])
        console.log(
          `    ${step.at}: ${step.did}${step.proof.map((p) => `  [${p.path}:${p.line}] ${(p.quote ?? '').slice(0, 150)}`).join('')}`,
        )
      console.log('    end ', JSON.stringify(course.end))
      if (course.back) console.log('    back', JSON.stringify(course.back.end))
    }
  }
}

async function keepSmall(agent: Agent, family: RuleFamily, seed: number, index: number, name: string): Promise<void> {
  const found = await shrink(agent, generate(family, seed), index, (text) => console.error(text))
  if (!found) return console.log('not wrong when tried again: nothing to shrink')
  const { config, trial, result } = found
  const { nodes, pods, outside, sticky } = config
  const fixed: FixedCase = {
    says: result.judgement.why,
    nodes,
    pods,
    outside,
    sticky,
    files: trial.files,
    probe: result.probe,
    fates: result.fates.filter((f, i, all) => all.findIndex((o) => JSON.stringify(o) === JSON.stringify(f)) === i),
  }
  const dir = join(import.meta.dirname, '../walk/cases')
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, `${name}.json`), `${JSON.stringify(fixed, null, 2)}\n`)
  for (const item of [...config.network, ...config.rules]) console.log(JSON.stringify(item))
  explain(trial)
  console.log(`written: test/walk/cases/${name}.json`)
}

async function work(queue: Generator<{ family: RuleFamily; seed: number }>, number: number): Promise<void> {
  let agent = new Agent(number)
  let used = 0
  for (const { family, seed } of queue) {
    try {
      const trial = await tryConfig(agent, generate(family, seed), only)
      total.configs++
      for (const result of trial.results) count(family, seed, result)
      if (values.verbose) explain(trial)
      const wrong = trial.results.find((r) => r.judgement.word === 'wrong')
      if (values.shrink && wrong) await keepSmall(agent, family, seed, wrong.index, values.shrink)
    } catch (error) {
      total.refused++
      console.log(`not tried: ${family} seed ${seed}: ${(error as Error).message}`)
    }
    // A fresh agent now and then: source ports and file descriptors start again.
    if (++used % 200 === 0) {
      agent.close()
      agent = new Agent(number)
    }
  }
  agent.close()
}

const queue = plan()
await Promise.all(Array.from({ length: Number(values.jobs) }, (_, number) => work(queue, number)))
for (const [why, times] of [...unknownWhy].sort((a, b) => b[1] - a[1]).slice(0, 12))
  console.log(`unknown ${times} x ${why}`)
const share = ((100 * total.unknown) / Math.max(1, total.packets)).toFixed(2)
const seconds = ((Date.now() - started) / 1000).toFixed(1)
console.log(
  `${total.configs} configurations, ${total.packets} packets: right ${total.right}, wrong ${total.wrong}, unknown ${total.unknown} (${share} %); not loaded ${total.refused}; ${seconds} s`,
)
if (families.length === FAMILIES.length && only === undefined && total.configs >= FULL_RUN) {
  const cache = join(import.meta.dirname, '../../.cache')
  const run = { at: new Date().toISOString(), kernel: release(), seed: Number(values.seed), ...total }
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'differential.json'), JSON.stringify(run))
}
process.exitCode = total.wrong > 0 || total.refused > 0 ? 1 : 0
