import assert from 'node:assert/strict'
import { readLines } from '../../src/parse/lines.ts'

describe('lines', () => {
  const seen = (text: string) => readLines(text, (at) => [`${at.line}:${at.raw}`]).items

  it('are numbered from 1 and come without LF or CRLF; blank ones count but are not read', () => {
    assert.deepEqual(seen('a\r\n\n  \nb\n'), ['1:a', '4:b'])
  })

  it('need no line end at the end of the text', () => {
    assert.deepEqual(seen('a\nb'), ['1:a', '2:b'])
    assert.deepEqual(seen('a\nb\r'), ['1:a', '2:b'])
    assert.deepEqual(seen(''), [])
    assert.deepEqual(seen('\r\n'), [])
    assert.deepEqual(seen('x'), ['1:x'])
  })

  it('keep a carriage return that does not end them', () => {
    assert.deepEqual(seen('\ra\rb\r\r\n'), ['1:\ra\rb\r'])
  })

  it('are read or unread, with the reason', () => {
    const { items, unread, read } = readLines('yes\nno\nheading\n', (at) =>
      at.raw === 'no' ? 'it says no' : at.raw === 'heading' ? [] : [at.line, at.line * 10],
    )
    assert.deepEqual([items, read], [[1, 10], 2])
    assert.deepEqual(unread, [{ line: 2, text: 'no', why: 'it says no' }])
  })
})
