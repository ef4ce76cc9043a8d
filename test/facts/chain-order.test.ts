import assert from 'node:assert/strict'
import { settledCourses } from '../../src/facts/chain-order.ts'
import type { Cell, Outcome } from '../../src/model.ts'
import { lab } from '../walk/lab.ts'

const rule = (table: string, address: string) => [
  { table: { family: 'ip', name: table } },
  { chain: { family: 'ip', table, name: 'pre', type: 'nat', hook: 'prerouting', prio: -100, policy: 'accept' } },
  {
    rule: {
      family: 'ip',
      table,
      chain: 'pre',
      expr: [
        { match: { op: '==', left: { payload: { protocol: 'ip', field: 'daddr' } }, right: '10.96.0.9' } },
        { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } },
        { dnat: { family: 'ip', addr: address, port: 8080 } },
      ],
    },
  },
]

/** n1 with a left-over table that leads to nobody; the one of now was made later, so its chains come first unless made anew. */
const world = (first = '10.244.2.99', later = '10.244.2.5') =>
  lab({ n1: { nft: [...rule('left', first), ...rule('now', later)] } })

function cell(node: string, outcome: Outcome, ip = '10.96.0.9'): Cell {
  const attempt = { outcome, seconds: 1, detail: '', proof: { path: 'x' } }
  const pod = `default/client-${node.slice(1)}`
  return {
    id: `${node} > ${ip}`,
    from: { kind: 'client', node, pod },
    to: { kind: 'cluster-ip', ip, port: 80, protocol: 'tcp' },
    attempts: [attempt, attempt, attempt],
  } as Cell
}

const order = (made = world(), ...cells: Cell[]) => settledCourses(made, cells).world.nodes.get('n1')?.chainOrder

describe('the order of base chains that no dump tells', () => {
  it('is the one that contradicts no probe', () => {
    assert.equal(order(world(), cell('n1', 'ok')), 'as-listed')
    assert.equal(order(world(), cell('n1', 'timeout')), 'turned')
  })

  it('stays open where both orders fit, or none does', () => {
    assert.equal(order(world('10.244.3.5'), cell('n1', 'ok')), undefined)
    assert.equal(order(world('10.244.3.5'), cell('n1', 'timeout')), undefined)
    assert.equal(order(world(), cell('n1', 'ok'), { ...cell('n1', 'timeout'), id: 'again' }), undefined)
  })

  it('is not asked of probes that do not meet it', () => {
    assert.equal(order(world(), cell('n2', 'timeout'), cell('n1', 'timeout', '10.96.0.50')), undefined)
  })

  it('decides how the probes are walked', () => {
    const { courses } = settledCourses(world(), [cell('n1', 'timeout')])
    assert.deepEqual(
      [...courses.values()].flat().map(({ end }) => end.fate),
      ['lost'],
    )
  })
})
