import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../../src/bundle.ts'
import sizes from '../../src/checks/ul-mtu-blackhole.ts'
import { type BlockingLine, blockingLines } from '../../src/facts/blocking-lines.ts'
import { failed } from '../../src/facts/cells.ts'
import { type Facts, readFacts } from '../../src/facts/facts.ts'
import { gaps, unforeseen } from '../../src/facts/model-gap.ts'
import { undoLine } from '../../src/facts/undo-line.ts'
import type { Cell } from '../../src/model.ts'

async function factsOf(scenario: string): Promise<Facts> {
  const path = fileURLToPath(new URL(`../scenarios/${scenario}/iptables.tgz`, import.meta.url))
  const known = readFacts(await readBundle(path))
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, one]) => ('value' in one ? [[name, one.value]] : [])),
  ) as unknown as Facts
}

const lost = (cell: Cell): Cell => ({
  ...cell,
  attempts: cell.attempts.map((attempt) => ({ ...attempt, outcome: 'timeout', seconds: 4 })),
})
/** The same run in which some probes failed. */
const without = (facts: Facts, isLost: (cell: Cell) => boolean): Facts => ({
  ...facts,
  cells: facts.cells.map((cell) => (isLost(cell) ? lost(cell) : cell)),
})
const quotes = (lines: BlockingLine[]) => lines.map(({ proof }) => proof.quote)
const isDirect = (from: string, to: string) => (cell: Cell) =>
  cell.from.node === from && cell.to.node === to && cell.to.kind === 'endpoint'

describe('a line in the way', () => {
  it('is the one that cannot be told, for the probes that meet it', async () => {
    const lines = blockingLines(await factsOf('queue-that-nobody-reads'))
    assert.equal(lines.length, 1)
    assert.match(lines[0]!.proof.quote!, /NFQUEUE/)
    assert.ok(lines[0]!.untold && lines[0]!.explains.length > 10)
  })

  it('is none that probes met and came through, whatever else failed', async () => {
    const facts = await factsOf('healthy-odd-rules')
    // pods of n1 meet the rules of n1 to both pods: one way is lost, the other is not
    const broken = without(facts, (cell) => cell.from.kind === 'client' && isDirect('n1', 'n2')(cell))
    assert.ok(broken.cells.some((cell) => failed(cell) === 'all'))
    assert.deepEqual(quotes(blockingLines(broken)), [])
  })

  it('is none where no probe that failed meets it', async () => {
    const facts = await factsOf('healthy-odd-rules')
    assert.deepEqual(quotes(blockingLines(without(facts, isDirect('n0', 'n2')))), [])
  })

  it('is not named for what the walk lets arrive; the report says what lies between', async () => {
    const facts = await factsOf('healthy-plain')
    const broken = without(facts, isDirect('n0', 'n2'))
    assert.deepEqual(quotes(blockingLines(broken)), [])
    const open = broken.cells.filter((cell) => failed(cell) !== 'none' && isDirect('n0', 'n2')(cell))
    const said = gaps(open, broken.courses)
    assert.match(said.join(), /arrive at pod default\/web-\S+; what stops them lies between the nodes/)
    const near = without(facts, (cell) => cell.to.kind === 'endpoint' && cell.to.node === 'n2')
    const own = near.cells.filter((cell) => isDirect('n2', 'n2')(cell))
    assert.match(gaps(own, near.courses).join(), /on that node and was not read, or in the pod itself/)
    assert.deepEqual(gaps([], facts.courses), [])
  })

  it('that probes came through all the same is said as well', async () => {
    const { cells, courses } = await factsOf('healthy-firewalld-just-reloaded')
    assert.match(unforeseen(cells, courses).join(), /and yet they came through/)
    const plain = await factsOf('healthy-plain')
    assert.deepEqual(unforeseen(plain.cells, plain.courses), [])
  })

  it('is taken away by the command of its own file and family', async () => {
    const { world } = await factsOf('dual-healthy')
    const { routes } = world.nodes.get('n1')!
    assert.ok('value' in routes)
    const six = routes.value.find((r) => r.family === 6 && r.table === 'main' && r.gateway !== undefined)!
    const command = undoLine(world, 'n1', 'nodes/n1/routes6.jsonl', six.line)!.commands[1]
    assert.equal(command, `ip -6 route del ${six.destination} via ${six.gateway} dev ${six.dev}`)
    assert.notEqual(undoLine(world, 'n1', 'nodes/n1/routes.jsonl', six.line)?.commands[1], command)
    assert.equal(undoLine(world, 'n1', 'nodes/n1/routes.jsonl', 9999), undefined)
  })
})

describe('a loss by size', () => {
  it('is none where small ones get lost the same way', async () => {
    const facts = await factsOf('large-packets-lost')
    const [fault] = sizes.run(facts)
    assert.ok(fault, 'the recording shows a loss by size')
    const small = (cell: Cell) =>
      cell.to.kind === 'pod-gateway' && (cell.to.variant === undefined || Number(cell.to.variant) < 600)
    assert.deepEqual(sizes.run(without(facts, small)), [])
  })
})
