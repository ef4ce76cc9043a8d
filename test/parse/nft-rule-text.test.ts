import assert from 'node:assert/strict'
import { parseNftJson } from '../../src/parse/nft.ts'
import { statementTexts } from '../../src/parse/nft-rule-text.ts'
import type { Rule } from '../../src/parse/rule.ts'
import { sample, samplesIn } from './sample.ts'

const allRules = (text: string): Rule[] =>
  parseNftJson(text, 'nft.jsonl').tables.flatMap(({ chains }) => [...chains.values()].flatMap(({ rules }) => rules))

/** The rule with its handle behind its statements: the same rule, but not as nft orders it. */
function otherOrder(line: string): string {
  if (!line.startsWith('{"rule":')) return line
  const { handle, ...rest } = JSON.parse(line).rule
  return JSON.stringify({ rule: { ...rest, handle } })
}

const start = '{"rule":{"family":"ip","table":"t","chain":"c","handle":7,"expr":['

describe('the statements of an nft rule by their texts', () => {
  it('make the same rules as whole lines do, in all samples', () => {
    let known = 0
    for (const name of [...samplesIn('nft'), ...samplesIn('mixed')].filter((file) => file.endsWith('.jsonl'))) {
      const text = sample(name)
      const bare = (rules: Rule[]) => rules.map(({ raw: _, ...rest }) => rest)
      assert.deepEqual(bare(allRules(text)), bare(allRules(text.split('\n').map(otherOrder).join('\n'))), name)
      known += text.split('\n').filter((line) => statementTexts(line)).length
    }
    assert.ok(known > 100, `${known} lines only are made as expected`)
  })

  it('are cut where a statement ends, not at braces in strings', () => {
    const texts = [
      '{"log":{"prefix":"}},{"}}',
      '{"match":{"op":"==","left":{"meta":{"key":"mark"}},"right":1}}',
      '{"drop":null}',
    ]
    assert.deepEqual(statementTexts(`${start}${texts.join(',')}]}}`), texts)
  })

  for (const [what, line] of Object.entries({
    'a comment': '{"rule":{"family":"ip","table":"t","chain":"c","handle":7,"comment":"x","expr":[{"drop":null}]}}',
    'an escaped quote': `${start}{"log":{"prefix":"\\"}]}}"}}]}}`,
    'no statement': `${start}]}}`,
    'a statement that is no object': `${start}{"drop":null},"accept"]}}`,
    'no comma': `${start}{"drop":null}{"accept":null}]}}`,
    'a missing end': `${start}{"drop":null}]}`,
    'more behind the end': `${start}{"drop":null}],"x":1}}`,
    'a string without end': `${start}{"log":{"prefix":"x}}]}}`,
  }))
    it(`are not cut in a line with ${what}`, () => assert.equal(statementTexts(line), undefined))

  it('leave a line of bad JSON unread', () => {
    const head =
      '{"table":{"family":"ip","name":"t","handle":1}}\n{"chain":{"family":"ip","table":"t","name":"c","handle":2}}\n'
    const [rule] = allRules(`${head}${start}{"drop":nul}]}}`)
    assert.deepEqual(
      rule?.statements.map((one) => one.do),
      ['unread'],
    )
  })
})
