import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FixedCase } from '../../differential/fixed-case.ts'
import { judge } from '../../differential/judge.ts'
import { worldFrom } from '../../differential/world-from.ts'

const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json'))

describe('packets that the walk once had wrong', () => {
  it('are kept as files', () => assert.ok(names.length > 0))

  for (const name of names)
    it(`${name.replace('.json', '').replaceAll('-', ' ')}: the walk says what the kernel did`, () => {
      const fixed = JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as FixedCase
      const world = worldFrom(fixed.files, fixed.nodes, fixed.pods)
      const { word, why } = judge(world, fixed, fixed.probe, fixed.fates)
      assert.equal(word, 'right', `${why} (kernel: ${JSON.stringify(fixed.fates)})`)
    })
})
