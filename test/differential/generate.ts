import type { Config, RuleFamily } from './config.ts'
import { mutateNetwork } from './mutations.ts'
import { drawProbes, drawWarm } from './probes.ts'
import { drawRules } from './rules.ts'
import { drawScene, toConfig } from './scene.ts'
import { isTurned, turnTables } from './table-order.ts'
import { layNetwork } from './topology.ts'

/** Draws one configuration; the same family and seed give the same one. */
export function generate(family: RuleFamily, seed: number, probes = 12): Config {
  const scene = drawScene(family, seed)
  const { random } = scene
  layNetwork(scene)
  mutateNetwork(scene, family === 'paths' ? random.between(1, 4) : random.pick([0, 0, 1, 1, 2]))
  drawRules(scene, family)
  if (isTurned(seed)) scene.rules = turnTables(scene.rules)
  const config = toConfig(scene, family, seed)
  config.warm = drawWarm(scene, config)
  config.probes = drawProbes(scene, probes)
  return config
}
