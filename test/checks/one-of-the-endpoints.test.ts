import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../../src/bundle.ts'
import hangs from '../../src/checks/app-hang-or-backlog-full.ts'
import onLoopback from '../../src/checks/app-listens-loopback.ts'
import notListening from '../../src/checks/app-not-listening.ts'
import type { Check } from '../../src/checks/check.ts'
import dead from '../../src/checks/ep-ready-but-dead.ts'
import { throughService } from '../../src/facts/blame.ts'
import { failed } from '../../src/facts/cells.ts'
import { type Facts, readFacts } from '../../src/facts/facts.ts'
import type { Cell } from '../../src/model.ts'

type Facing = Pick<Facts, 'cells'> & Facts

async function factsOf(scenario: string): Promise<Facing> {
  const path = fileURLToPath(new URL(`../scenarios/${scenario}/iptables.tgz`, import.meta.url))
  const known = readFacts(await readBundle(path))
  const values = Object.entries(known).flatMap(([name, one]) => ('value' in one ? [[name, one.value]] : []))
  return Object.fromEntries(values) as Facing
}

const isThrough = (cell: Cell) => throughService(cell) && cell.to.variant === undefined

/** The ids of cells through the Service that the check takes for its own. */
const claims = (check: Check, facts: Facing): string[] => {
  const [fault] = check.run(facts)
  const own = new Set(fault?.explains)
  return facts.cells.filter((cell) => isThrough(cell) && own.has(cell.id)).map(({ id }) => id)
}

/** Every try through the Service ended as those that met the endpoint which does not answer. */
function allFail(facts: Facing): Facing {
  const cells = facts.cells.map((cell) => {
    const bad = cell.attempts.find(({ outcome }) => outcome !== 'ok')
    return isThrough(cell) && bad ? { ...cell, attempts: cell.attempts.map(() => bad) } : cell
  })
  return { ...facts, cells }
}

describe('a check of one endpoint among several', () => {
  for (const [scenario, check] of [
    ['one-pod-lost-its-server', notListening],
    ['one-pod-lost-its-server', dead],
    ['one-pod-hangs', hangs],
  ] as [string, Check][])
    it(`claims the tries that can have met it, and no probe of which every try failed: ${check.id}`, async () => {
      const facts = await factsOf(scenario)
      const mixed = facts.cells.filter((cell) => isThrough(cell) && failed(cell) === 'some' && cell.attempts.length > 9)
      assert.ok(mixed.length > 0, 'no probe met both endpoints')
      const claimed = claims(check, facts)
      for (const { id } of mixed) assert.ok(claimed.includes(id), id)
      const now = claims(check, allFail(facts))
      for (const { id } of mixed) assert.ok(!now.includes(id), id)
    })

  it('claims all of them where it is the only one: app-listens-loopback', async () => {
    const facts = await factsOf('listens-on-loopback')
    const refused = facts.cells.filter((cell) => isThrough(cell) && failed(cell) === 'all')
    assert.ok(refused.length > 0)
    assert.deepEqual(claims(onLoopback as Check, facts).toSorted(), refused.map(({ id }) => id).toSorted())
  })
})
