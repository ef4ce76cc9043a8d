import assert from 'node:assert/strict'
import { readBundle } from '../../src/bundle.ts'
import { prospect, witness } from '../../src/facts/but-for.ts'
import { failed } from '../../src/facts/cells.ts'
import { readFacts } from '../../src/facts/facts.ts'
import { listScenarios } from '../cluster/scenario-list.ts'

/** Recorded clusters on which nothing is wrong: whatever the model makes of them must be what was seen. */
const healthy = (await listScenarios()).filter(({ scenario }) => scenario.expect.state === 'healthy')

describe('a healthy cluster as the model sees it', function () {
  this.timeout(60_000)

  for (const { id, scenario, recording } of healthy)
    for (const mode of scenario.modes)
      it(`${id} in ${mode} mode: no packet of a probe that came through is lost in the model`, async function () {
        const bundle = await readBundle(recording(mode)).catch(() => undefined)
        if (!bundle) return this.skip() // not recorded yet: `node test/cluster/play.ts --record`
        const facts = readFacts(bundle)
        assert.ok('value' in facts.cells && 'value' in facts.courses)
        const { value: cells } = facts.cells
        const wrong = cells.filter((cell) => {
          const courses = facts.courses as { value: Map<string, Parameters<typeof prospect>[0]> }
          const foreseen = prospect(courses.value.get(cell.id) ?? [], witness(cell, cells))
          // a port that nobody serves is refused: that is the answer which was hoped for
          return failed(cell) === 'none' && foreseen.failed > 0 && cell.to.variant !== 'holder'
        })
        assert.deepEqual(
          wrong.map((cell) => cell.id),
          [],
        )
      })
})
