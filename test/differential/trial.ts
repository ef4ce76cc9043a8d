import type { End, World } from '../../src/walk/world.ts'
import type { Agent } from './agent.ts'
import { checkBlame } from './blame.ts'
import type { Config, Probe } from './config.ts'
import { type Dump, dump } from './dump.ts'
import { type Fate, fateOf } from './fate.ts'
import { type Judgement, judge } from './judge.ts'
import { Oracle } from './oracle.ts'
import { worldFrom } from './world-from.ts'

export interface ProbeResult {
  index: number
  probe: Probe
  fates: Fate[]
  judgement: Judgement
}

export interface Trial {
  files: Dump
  world: World
  results: ProbeResult[]
}

/** After this long, in ms, the agent begins to make sure that nothing is on its way any more. */
const PATIENCE = 20

/**
 * Builds a configuration, reads its evidence, sends the probes and compares each with the walk. While shrinking,
 * surprises are not tried again.
 */
export async function tryConfig(agent: Agent, config: Config, only?: number, shrinking = false): Promise<Trial> {
  const oracle = new Oracle(agent, config)
  try {
    await oracle.build()
    const files = await dump(agent, config)
    const world = worldFrom(files, config.nodes, config.pods)
    const chosen = [...config.probes.entries()].filter(([index]) => only === undefined || index === only)
    const results = await Promise.all(chosen.map(([index, probe]) => tryProbe(oracle, world, index, probe, shrinking)))
    for (const [at, result] of results.entries())
      if (!shrinking && missedNeighbour(result)) results[at] = await tryAsLearned(oracle, files, result)
    await checkBlame(agent, config, files, results)
    return { files, world, results }
  } finally {
    oracle.close()
  }
}

/** Whether the kernel did otherwise than the walk, which ended at a neighbour that is not in the table. */
function missedNeighbour({ judgement }: ProbeResult): boolean {
  const atNeighbour = (end?: End) => end?.fate === 'lost' && end.kind === 'neighbour'
  return (
    judgement.word === 'wrong' && judgement.courses.some(({ end, back }) => atNeighbour(end) || atNeighbour(back?.end))
  )
}

/**
 * Probes are sent together, and one of them may make a neighbour known that another one could not have found: then the evidence was older
 * than what the kernel had. The table is read anew, and the probe is tried and judged once more, by itself.
 */
async function tryAsLearned(oracle: Oracle, files: Dump, { index, probe }: ProbeResult): Promise<ProbeResult> {
  const { agent, config } = oracle
  const newer = { ...files, ...(await dump(agent, config, /neighbours/)) }
  return tryProbe(oracle, worldFrom(newer, config.nodes, config.pods), index, probe, false)
}

async function tryProbe(
  oracle: Oracle,
  world: World,
  index: number,
  probe: Probe,
  once: boolean,
): Promise<ProbeResult> {
  const { config } = oracle
  const send = async (count: number, patience: number): Promise<Fate[]> => {
    const seen = await Promise.all(Array.from({ length: count }, () => oracle.send(probe, patience)))
    return seen.map((one) => fateOf(probe, one))
  }
  const tries = config.random ? 6 : 1
  let fates = await send(tries, PATIENCE)
  let judgement = judge(world, config, probe, fates)
  for (let turn = 1; turn <= 3; turn++) {
    if (once || judgement.word !== 'wrong' || !fates.some((fate) => fate.sender === 'silent')) break
    fates = await send(tries, 8 * turn * PATIENCE)
    judgement = judge(world, config, probe, fates)
  }
  // Several courses and one fate: more tries would show the others if they exist.
  if (
    !config.sticky &&
    judgement.word === 'right' &&
    judgement.courses.length > 1 &&
    new Set(fates.map(written)).size === 1
  ) {
    fates.push(...(await send(40, PATIENCE)))
    judgement = judge(world, config, probe, fates)
  }
  return { index, probe, fates, judgement }
}

const written = (fate: Fate) => JSON.stringify(fate)
