import assert from 'node:assert/strict'
import { parse } from 'yaml'
import type { Cell, DestinationKind } from '../../src/model.ts'
import { cellWord } from '../../src/report/cell-word.ts'
import { jsonReport } from '../../src/report/json.ts'
import { matrix } from '../../src/report/matrix.ts'
import { destinationName } from '../../src/report/place-name.ts'
import { textReport } from '../../src/report/text.ts'
import { textWidth } from '../../src/report/text-width.ts'
import { unexplained } from '../../src/report/unexplained.ts'
import { wrap } from '../../src/report/wrap.ts'
import { yamlReport } from '../../src/report/yaml.ts'
import { faulty, healthy } from './sample.ts'

describe('report layout', () => {
  it('wraps prose at spaces and cuts what has none, wide letters counted twice', () => {
    assert.deepEqual(wrap('one two three', 8), ['one two', 'three'])
    assert.deepEqual(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij'])
    assert.deepEqual(wrap('调试网络', 4), ['调试', '网络'])
    assert.equal(textWidth('调a'), 3)
  })

  it('keeps everything but commands and rules within the width', () => {
    for (const width of [72, 80, 120])
      for (const boxes of [true, false]) {
        const text = textReport({ width, color: false, ascii: false, boxes }, faulty)
        const long = text.split('\n').filter((line) => textWidth(line) > width)
        assert.deepEqual(
          long.filter((line) => !line.includes('firewall-cmd')),
          [],
        )
      }
  })

  it('never wraps a command', () => {
    const command = faulty.verdict.causes[0]?.permanent?.[0] ?? assert.fail('the sample has a command')
    assert.ok(command.length > 80)
    assert.ok(textReport({ width: 60, color: false, ascii: false, boxes: false }, faulty).includes(command))
  })

  it('writes no escape code without colour and no other sign than ASCII with ascii', () => {
    assert.doesNotMatch(textReport({ width: 80, color: false, ascii: false, boxes: true }, faulty), /\x1b/)
    assert.doesNotMatch(textReport({ width: 80, color: false, ascii: true, boxes: true }, faulty), /[^\x00-\x7f]/)
  })

  it('counts how many tries ended badly', () => {
    const attempt = { outcome: 'ok', seconds: 0, proof: { path: 'x' } } as const
    assert.equal(cellWord([attempt, attempt]).text, 'ok')
    assert.equal(cellWord([attempt, { ...attempt, outcome: 'refused' }]).text, 'refused 1/2')
    assert.equal(cellWord([]).text, 'not tried')
  })

  it('joins vantages that saw the same and destinations that look alike', () => {
    const drawn = matrix(faulty.cells, new Set())
    assert.equal(drawn.rows[0]?.label, 'pods on n1, n2')
    assert.equal(
      matrix(
        healthy.cells.filter((cell: Cell) => cell.to.kind === 'endpoint'),
        new Set(),
      ).columns.length,
      1,
    )
  })

  it('sets a control apart only where it is in question', () => {
    const [first] = faulty.cells.filter((cell) => cell.to.kind === 'node')
    const columns = (asked: string[]) =>
      matrix(faulty.cells, new Set(asked)).columns.map((title) => title.split('\n')[0])
    assert.ok(columns([]).includes('controls') && !columns([]).includes('node'))
    assert.ok(columns([first?.id ?? '']).includes('node'))
  })

  it('lists the first unexplained failures, and all of them when wide', () => {
    const cells = faulty.cells.map((cell, at) => ({ ...cell, id: `${at}` }))
    const report = {
      ...faulty,
      cells,
      verdict: { ...faulty.verdict, causes: [], unexplained: cells.map(({ id }) => id) },
    }
    assert.equal(unexplained(report, false).length, 9)
    assert.match(unexplained(report, false)[8] ?? '', new RegExp(`and ${cells.length - 8} more`))
    assert.equal(unexplained(report, true).length, cells.length)
  })

  it('names the protocol of a destination where it is not the usual one', () => {
    const names = (kind: DestinationKind) =>
      (['tcp', 'udp'] as const).map((protocol) => destinationName({ kind, protocol, ip: '10.0.0.1', port: 53 }).what)
    assert.deepEqual(names('dns'), ['10.0.0.1:53/tcp', '10.0.0.1:53'])
    assert.deepEqual(names('cluster-ip'), ['10.0.0.1:53', '10.0.0.1:53/udp'])
    assert.equal(destinationName({ kind: 'endpoint', ip: 'fd00::1', port: 80 }).what, '[fd00::1]:80')
  })

  it('says the same in JSON and YAML', () => {
    assert.deepEqual(parse(yamlReport(faulty)), JSON.parse(jsonReport(faulty)))
  })
})
