import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../../src/bundle.ts'
import check from '../../src/checks/cp-advertise-address-wrong.ts'
import { failed } from '../../src/facts/cells.ts'
import { type Facts, readFacts } from '../../src/facts/facts.ts'

async function factsOf(scenario: string): Promise<Facts> {
  const path = fileURLToPath(new URL(`../scenarios/${scenario}/iptables.tgz`, import.meta.url))
  const known = readFacts(await readBundle(path))
  const values = Object.entries(known).flatMap(([name, one]) => ('value' in one ? [[name, one.value]] : []))
  return Object.fromEntries(values) as Facts
}

describe('cp-advertise-address-wrong', () => {
  let facts: Facts
  before(async () => {
    facts = await factsOf('api-server-advertises-another-network')
  })

  it('names the address, the node and its right one, and explains all that fails on other nodes', () => {
    const [fault, ...more] = check.run(facts)
    assert.equal(more.length, 0)
    assert.equal(fault!.on, 'n0')
    assert.match(fault!.says, /advertises 10\.0\.2\.15, .* know n0 as 172\.30\.0\.10\.$/)
    assert.match(fault!.proof[0]!.quote ?? '', /--advertise-address=10\.0\.2\.15/)
    // the address is pinged, too, which says no more
    const bad = facts.cells.filter((cell) => failed(cell) !== 'none' && cell.to.protocol === 'tcp').map(({ id }) => id)
    assert.deepEqual([...fault!.explains].sort(), bad.sort())
  })

  it('says nothing of an address that the node is known by: something else keeps others from it', () => {
    const nodes = facts.nodes.map((node) => ({ ...node, addresses: [...node.addresses, '10.0.2.15'] }))
    assert.deepEqual(check.run({ ...facts, nodes }), [])
  })

  it('says nothing where another node reaches the address, or where it refuses', () => {
    for (const outcome of ['ok', 'refused'] as const) {
      const cells = facts.cells.map((cell) =>
        cell.from.node === 'n2' ? { ...cell, attempts: cell.attempts.map((one) => ({ ...one, outcome })) } : cell,
      )
      assert.deepEqual(check.run({ ...facts, cells }), [])
    }
  })
})
