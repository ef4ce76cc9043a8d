import assert from 'node:assert/strict'
import { parseQdiscs } from '../../src/parse/qdisc.ts'
import { sample } from './sample.ts'

describe('queueing disciplines', () => {
  it('are read with what they threw away', () => {
    const { items, unread } = parseQdiscs(sample('qdisc/tbf.jsonl'))
    assert.deepEqual(unread, [])
    assert.deepEqual(
      items.map(({ kind, dev, drops }) => `${dev} ${kind} ${drops > 0}`),
      ['d1 noqueue false', 'd0 tbf true', 'd0 clsact false'],
    )
  })

  it('that are none are listed as unread', () => {
    assert.equal(parseQdiscs('{"kind":"tbf"}\nnull\nx\n').unread.length, 3)
  })
})
