import assert from 'node:assert/strict'
import { cleanText } from '../../src/report/clean.ts'
import { jsonReport } from '../../src/report/json.ts'
import { textReport } from '../../src/report/text.ts'
import { yamlReport } from '../../src/report/yaml.ts'
import { healthy } from './sample.ts'

describe('cleaning text from the cluster', () => {
  for (const [about, dirty, clean] of [
    ['a colour', '\x1b[31mred\x1b[0m', 'red'],
    ['a window title', '\x1b]0;owned\x07text', 'text'],
    ['a C1 sequence', '\x9b2Jtext', 'text'],
    ['a lone escape', 'a\x1bb', 'ab'],
    ['a bell and a backspace', 'a\x07\x08b', 'ab'],
    ['a mark that reorders text', 'a\u202eb', 'ab'],
    ['line feeds and tabs, which stay', 'a\n\tb', 'a\n\tb'],
    ['letters of any script, which stay', '服务 ünï', '服务 ünï'],
  ] as const)
    it(`handles ${about}`, () => assert.equal(cleanText(dirty), clean))

  it('lets no escape code reach a terminal in any format', () => {
    const evil = '\x1b[2J\x9b31mname'
    const report = { ...healthy, unseen: [evil], target: { namespace: evil, service: evil } }
    const style = { width: 80, color: false, ascii: false, boxes: true }
    for (const text of [
      textReport(style, report),
      textReport(style, report, true),
      jsonReport(report),
      yamlReport(report),
    ])
      assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/)
    assert.equal(JSON.parse(jsonReport(report)).unseen[0], evil)
  })
})
