import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { goldenCases } from './golden-cases.ts'

const folder = join(import.meta.dirname, 'goldens')

describe('report goldens', () => {
  for (const [name, draw] of Object.entries(goldenCases))
    it(`${name} is what the report draws (npm run goldens rewrites it)`, () => {
      assert.equal(draw(), readFileSync(join(folder, name), 'utf8'))
    })

  it('there is no golden without a case', () => {
    assert.deepEqual(readdirSync(folder).sort(), Object.keys(goldenCases).sort())
  })
})
