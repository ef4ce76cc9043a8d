import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generatedDocs } from '../scripts/docs/generated-docs.ts'

const root = resolve(import.meta.dirname, '..')

describe('generated documents', function () {
  // Generous: the machine may be busy with a cluster.
  this.timeout(60_000)
  it('are as npm run docs draws them', async () => {
    const docs = await generatedDocs(root)
    assert.ok(docs.length > 0)
    for (const { path, text } of docs)
      assert.equal(readFileSync(join(root, path), 'utf8'), text, `${path} is stale: npm run docs`)
  })
})
