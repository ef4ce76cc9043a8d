import { copyFileSync, existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readBundle } from '../../src/bundle.ts'
import { diagnose } from '../../src/diagnose.ts'
import { isAsked } from './play-options.ts'
import { type Expectation, expectation } from './scenario.ts'
import { unmet } from './scenario-expect.ts'
import { keptBundle, listScenarios } from './scenario-list.ts'

/**
 * Judges the bundles of the last live runs once more, whether they were right or not: what a change of a check does,
 * without a cluster. `node test/cluster/play-again.ts [ID,ID] [--record]`; `--record` keeps those that are right now.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { record: { type: 'boolean', default: false } },
})
const only = positionals.flatMap((ids) => ids.split(','))
let passed = 0
let failed = 0
for (const { id, scenario, recording } of await listScenarios())
  for (const mode of scenario.modes) {
    const path = keptBundle(id, mode)
    if (!isAsked(id, only) || !existsSync(path)) continue
    const wrong = await judged(path, expectation(scenario, mode))
    console.log(`${wrong.length === 0 ? 'ok    ' : 'FAILED'} ${mode} ${id}`)
    for (const line of wrong) console.log(`         ${line}`)
    if (wrong.length > 0) failed++
    else {
      passed++
      if (values.record) copyFileSync(path, recording(mode))
    }
  }
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

async function judged(path: string, expected: Expectation): Promise<string[]> {
  try {
    return unmet(diagnose(await readBundle(path)), expected)
  } catch (error) {
    return [`cannot be judged: ${error instanceof Error ? error.message : error}`]
  }
}
