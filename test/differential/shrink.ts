import type { End } from '../../src/walk/world.ts'
import type { Agent } from './agent.ts'
import type { Config, Item } from './config.ts'

import { type ProbeResult, type Trial, tryConfig } from './trial.ts'

/**
 * Makes a failing configuration small: leaves out pods, then ever smaller runs of items, as long as its one probe stays wrong.
 * `say` is told the size now and then.
 */
export async function shrink(
  agent: Agent,
  config: Config,
  index: number,
  say: (text: string) => void,
): Promise<{ config: Config; trial: Trial; result: ProbeResult } | undefined> {
  const probe = config.probes[index]
  if (!probe) return undefined
  let small: Config = { ...config, probes: [probe] }
  let kinds: Set<string> | undefined
  let last: { trial: Trial; result: ProbeResult } | undefined
  const fails = async (candidate: Config): Promise<boolean> => {
    try {
      const trial = await tryConfig(agent, candidate, undefined, true)
      const result = trial.results[0]
      if (result?.judgement.word !== 'wrong') return false
      // The same surprise, not another one that a hole in the network makes.
      const said = result.judgement.courses.map((c) => `${endOf(c.end)} ${c.back && endOf(c.back.end)}`).join()
      const seen = result.fates.map((fate) => `${fate.reached?.ns} ${fate.sender} / ${said}`)
      kinds ??= new Set(seen)
      if (!seen.every((kind) => kinds?.has(kind))) return false
      last = { trial, result }
      return true
    } catch {
      return false // what the kernel refuses is no smaller case
    }
  }
  if (!(await fails(small))) return undefined
  for (const pod of config.pods) {
    const candidate = withoutSpace(small, pod.name)
    if (pod.name !== probe.from && (await fails(candidate))) small = candidate
  }
  for (const part of ['rules', 'network', 'rules'] as const) {
    for (let size = Math.ceil(small[part].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < small[part].length; ) {
        const rest = small[part].filter((item, i) => i < at || i >= at + size || untouched(item))
        if (rest.length === small[part].length) {
          at += size
          continue
        }
        const candidate = { ...small, [part]: rest }
        if (await fails(candidate)) {
          at += rest.length - small[part].length + size
          small = candidate
        } else at += size
      }
      say(`${part}: ${small[part].length} items left`)
    }
  }
  small = { ...small, warm: small.warm.filter((w) => small.spaces.includes(w.from)) }
  await fails(small)
  return last && { config: small, ...last }
}

/** The switch and the machines outside are no part of the evidence: they stay as they are. */
const untouched = (item: object) => 'ns' in item && (item.ns === 'sw' || item.ns === 'x')

const endOf = (end: End) => ('kind' in end ? end.kind : 'with' in end ? end.with : 'at' in end ? end.at : end.fate)

function withoutSpace(config: Config, name: string): Config {
  const stays = (item: Item) => item.ns !== name && !('ip' in item && item.ip.includes(`@${name}`))
  return {
    ...config,
    spaces: config.spaces.filter((s) => s !== name),
    pods: config.pods.filter((p) => p.name !== name),
    network: config.network.filter(stays),
    warm: config.warm.filter((w) => w.from !== name),
  }
}
