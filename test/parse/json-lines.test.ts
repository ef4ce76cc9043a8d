import assert from 'node:assert/strict'
import { jsonLines } from '../../src/parse/json-lines.ts'

const text = JSON.stringify({ items: [{ a: 1 }, { a: 2, b: ['x', 'y"]', { c: {} }] }], kind: 'List' }, null, 2)
const lineOf = (needle: string) => text.split('\n').findIndex((line) => line.includes(needle)) + 1

describe('jsonLines', () => {
  const line = jsonLines(text)

  it('cites the line of a key, and the line on which an array entry starts', () => {
    assert.equal(line(['items', 1, 'a']), lineOf('"a": 2'))
    assert.equal(line(['items', 1, 'b', 1]), lineOf('y'))
    assert.equal(line(['items', 1, 'b', 2, 'c']), lineOf('"c"'))
    assert.equal(line(['kind']), lineOf('"kind"'))
    assert.equal(line(['items', 0]), 3)
  })

  it('gives the deepest part of a path that exists', () => {
    assert.equal(line(['items', 1, 'z', 'q']), line(['items', 1]))
    assert.equal(line(['items', 7]), line(['items']))
    assert.equal(line(['nothing']), 1)
  })

  it('ends on text that is cut off or no JSON', () => {
    for (let cut = 0; cut < text.length; cut++) assert.ok(jsonLines(text.slice(0, cut))(['items', 1, 'b', 2, 'c']) >= 1)
    assert.equal(jsonLines('{"a": }}}]]')(['a', 'b']), 1)
  })

  it('cites each of 20,000 entries without reading the list again for each', () => {
    const long = JSON.stringify({ items: Array.from({ length: 20_000 }, (_, i) => ({ i })) }, null, 1)
    const at = jsonLines(long)
    const began = process.cpuUsage().user
    for (let i = 0; i < 20_000; i++) assert.equal(at(['items', i, 'i']), 4 + i * 3)
    assert.ok(
      process.cpuUsage().user - began < 3_000_000,
      'one pass takes milliseconds, one for each entry takes minutes',
    )
  })
})
