import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checks } from '../src/checks/index.ts'
import { leftOut } from './accuracy-left-out.ts'
import { listScenarios } from './cluster/scenario-list.ts'

const root = resolve(import.meta.dirname, '..')
const files = readdirSync(join(root, 'src/checks'))
  .filter((name) => !['check.ts', 'index.ts'].includes(name))
  .map((name) => name.replace(/\.ts$/, ''))

describe('the catalogue of checks', () => {
  it('lists every file of src/checks in src/checks/index.ts, once', () => {
    assert.deepEqual(checks.map((check) => check.id).sort(), files.sort())
  })

  it('names each check as its file, by the faulty state', () => {
    for (const id of files) {
      assert.match(readFileSync(join(root, 'src/checks', `${id}.ts`), 'utf8'), new RegExp(`id: '${id}'`), id)
      assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)+$/)
      assert.doesNotMatch(id, /^(check|no|test)-/)
    }
  })

  it('leads only to checks that exist, and never in a circle', () => {
    const edges = new Map(checks.map((check) => [check.id, check.leadsTo ?? []]))
    for (const [from, to] of edges)
      for (const id of to) assert.ok(edges.has(id), `${from} leads to ${id}, which is no check`)
    const visit = (id: string, way: string[]) => {
      assert.ok(!way.includes(id), `a circle: ${[...way, id].join(' → ')}`)
      for (const next of edges.get(id) ?? []) visit(next, [...way, id])
    }
    for (const id of edges.keys()) visit(id, [])
  })

  it('has a scenario that breaks each check, or a reason for none, never both', async () => {
    const covered = new Set(
      (await listScenarios()).flatMap(({ scenario }) => [...scenario.fault, ...expected(scenario)]),
    )
    assert.ok(covered.size > 0)
    assert.deepEqual(
      files.filter((id) => !covered.has(id) && !(id in leftOut)),
      [],
    )
    assert.deepEqual(
      Object.keys(leftOut).filter((id) => covered.has(id)),
      [],
      'has got its scenario: take it out of test/accuracy-left-out.ts',
    )
  })

  it('says the healthy state of each check in one sentence', () => {
    for (const { id, title } of checks)
      assert.ok(title.length > 15 && title.length < 110 && /^[A-Za-z]/.test(title), `${id}: ${title}`)
  })
})

function expected(scenario: { expect: object }): string[] {
  return [...JSON.stringify(scenario.expect).matchAll(/"check":"([^"]+)"/g)].map((m) => m[1]!)
}
