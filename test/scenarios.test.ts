import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readBundle } from '../src/bundle.ts'
import { diagnose } from '../src/diagnose.ts'
import type { Bundle, Proof, Report } from '../src/model.ts'
import { expectation, type Mode } from './cluster/scenario.ts'
import { unmet } from './cluster/scenario-expect.ts'
import { listScenarios } from './cluster/scenario-list.ts'

const modes: Mode[] = ['iptables', 'nftables', 'ipvs']
const scenarios = await listScenarios()
const recordings = scenarios.flatMap(({ id, scenario, recording }) =>
  modes.map((mode) => ({ id, scenario, mode, path: recording(mode) })).filter(({ path }) => existsSync(path)),
)

describe('recorded scenarios', () => {
  it('are there to look at', () => {
    assert.ok(recordings.length > 0, 'no recording under test/scenarios: npm run test:cluster -- --record makes them')
  })

  for (const { id, scenario, mode, path } of recordings) {
    it(`${id} in ${mode} mode still gets the answer it was recorded for`, async () => {
      const bundle = await readBundle(path)
      const report = diagnose(bundle)
      assert.deepEqual(unmet(report, expectation(scenario, mode)), [])
      assert.deepEqual(misquoted(bundle, report), [], 'a proof does not stand where the report says')
      assert.deepEqual(crashes(report), [], 'a check crashed')
      assert.equal(JSON.stringify(diagnose(await readBundle(path))), JSON.stringify(report), 'a second replay differs')
    }).timeout(120_000)
  }
})

describe('scenarios', () => {
  it('cover what they say in at least one mode each, and have an expectation', () => {
    for (const { id, scenario } of scenarios) {
      assert.ok(scenario.modes.length > 0, `${id} names no mode`)
      assert.ok(scenario.expect.state === 'healthy' || scenario.fault.length > 0, `${id} names no fault`)
      assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/)
    }
  })

  it('say of every recording which scenario it belongs to', () => {
    for (const { id, scenario, mode } of recordings)
      assert.ok(scenario.modes.includes(mode), `${id} has a recording in ${mode} mode, which it does not name`)
  })
})

/** Proofs of causes whose quote is not on the line they cite. */
function misquoted(bundle: Bundle, report: Report): string[] {
  const proofs = [
    ...report.verdict.causes.flatMap(({ proof }) => proof),
    ...report.cells.flatMap(({ attempts }) => attempts.map(({ proof }) => proof)),
  ]
  return proofs.filter((proof) => !stands(bundle, proof)).map(({ path, line, quote }) => `${path}:${line} "${quote}"`)
}

function stands(bundle: Bundle, { path, line, quote }: Proof): boolean {
  const evidence = bundle.evidence.get(path)
  if (!evidence) return false
  if (line === undefined) return quote === undefined || evidence.output.includes(quote)
  const text = evidence.output.split('\n')[line - 1]
  return text !== undefined && (quote === undefined || text.includes(quote))
}

/** Checks that threw: the only unknowns that say `report`. */
function crashes(report: Report): string[] {
  return report.findings
    .filter(({ state, says }) => state === 'unknown' && /please report/i.test(says))
    .map(({ check, says }) => `${check}: ${says}`)
}
