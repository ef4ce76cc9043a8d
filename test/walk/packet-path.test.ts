import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/packet-path.md'), 'utf8')
const named = new Set([...page.matchAll(/`([a-z-]+\.ts)`/g)].map(([, file]) => file!))

describe('docs/packet-path.md', () => {
  it('names only files of src/walk that exist', () => {
    assert.ok(named.size > 20)
    for (const file of named) assert.ok(existsSync(join(ROOT, 'src/walk', file)), file)
  })

  it('names every file of src/walk', () => {
    for (const file of readdirSync(join(ROOT, 'src/walk')))
      assert.ok(named.has(file), `${file} is not in docs/packet-path.md`)
  })
})
