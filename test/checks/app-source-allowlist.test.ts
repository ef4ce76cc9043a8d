import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../../src/bundle.ts'
import check from '../../src/checks/app-source-allowlist.ts'
import { failed } from '../../src/facts/cells.ts'
import { type Facts, readFacts } from '../../src/facts/facts.ts'
import type { Cell } from '../../src/model.ts'

async function factsOf(scenario: string): Promise<Facts> {
  const path = fileURLToPath(new URL(`../scenarios/${scenario}/iptables.tgz`, import.meta.url))
  const known = readFacts(await readBundle(path))
  const values = Object.entries(known).flatMap(([name, one]) => ('value' in one ? [[name, one.value]] : []))
  return Object.fromEntries(values) as Facts
}

const direct = (cell: Cell) => cell.to.kind === 'endpoint'

describe('app-source-allowlist', () => {
  let facts: Facts
  before(async () => {
    facts = await factsOf('server-admits-pods-only')
  })

  it('names the addresses that are turned away, as the server sees them, and whom that hurts', () => {
    const [fault] = check.run(facts)
    assert.match(
      fault!.says,
      /takes connections from 10\.244\.\d\.\d+ and others, but closes those from 10\.244\.\d\.[01],/,
    )
    assert.match(fault!.says, /sees a node where connections are masqueraded/)
    const own = facts.cells.filter((cell) => failed(cell) !== 'none' && cell.to.kind !== 'dns').map(({ id }) => id)
    assert.deepEqual([...fault!.explains].sort(), own.sort())
  })

  it('says nothing where the same source is answered as well', () => {
    const answered = facts.cells.find((cell) => direct(cell) && cell.from.kind === 'client')!.attempts[0]!
    const cells = facts.cells.map((cell) => (direct(cell) ? { ...cell, attempts: [...cell.attempts, answered] } : cell))
    assert.deepEqual(check.run({ ...facts, cells }), [])
  })

  it('says nothing of a server that never answers plain HTTP and ends connections in order', () => {
    const cells = facts.cells.map((cell) => ({
      ...cell,
      attempts: cell.attempts.map((one) =>
        one.outcome === 'reset' ? { ...one, outcome: 'ok' as const, detail: 'Empty reply from server' } : one,
      ),
    }))
    assert.deepEqual(check.run({ ...facts, cells }), [])
  })

  it('says nothing where what happened to the packets is not known', () => {
    assert.deepEqual(check.run({ ...facts, courses: new Map() }), [])
  })
})
