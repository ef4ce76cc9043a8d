import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readBundle } from '../../src/bundle.ts'
import { prospect, witness } from '../../src/facts/but-for.ts'
import { failed } from '../../src/facts/cells.ts'
import { readFacts } from '../../src/facts/facts.ts'
import { listScenarios } from '../cluster/scenario-list.ts'

/** Read in the seconds in which the rules are away, and probed when they are back: what was read is not what the probes met. */
const IN_BETWEEN = new Set(['healthy-firewalld-just-reloaded'])

/** Recorded clusters on which nothing is wrong: whatever the model makes of them must be what was seen. */
const healthy = (await listScenarios()).filter(
  ({ id, scenario }) => scenario.expect.state === 'healthy' && !IN_BETWEEN.has(id),
)

describe('a healthy cluster as the model sees it', function () {
  this.timeout(60_000)

  for (const { id, scenario, recording } of healthy)
    for (const mode of scenario.modes.filter((one) => existsSync(recording(one))))
      it(`${id} in ${mode} mode: no packet of a probe that came through is lost in the model`, async () => {
        const bundle = await readBundle(recording(mode))
        const facts = readFacts(bundle)
        assert.ok('value' in facts.cells && 'value' in facts.courses)
        const { value: cells } = facts.cells
        const wrong = cells.filter((cell) => {
          const courses = facts.courses as { value: Map<string, Parameters<typeof prospect>[0]> }
          const foreseen = prospect(courses.value.get(cell.id) ?? [], witness(cell, cells))
          // a port that nobody serves is refused: that is the answer which was hoped for
          // and so is a size that the sender's own device does not take
          const tooLong = cell.to.protocol === 'icmp' && Number(cell.to.variant) > 1450
          return failed(cell) === 'none' && foreseen.failed > 0 && cell.to.variant !== 'holder' && !tooLong
        })
        assert.deepEqual(
          wrong.map((cell) => cell.id),
          [],
        )
      })
})
