import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { parse } from 'yaml'
import manifest from '../../package.json' with { type: 'json' }
import { archive } from '../../scripts/package/archive.ts'
import { krewManifest } from '../../scripts/package/krew-manifest.ts'

const template = readFileSync(join(import.meta.dirname, '../../krew-manifest.yaml'), 'utf8')
const files = [
  { name: 'kubectl-svc_debug', content: Buffer.from('program'), mode: 0o755 },
  { name: 'LICENSE', content: Buffer.from('text'), mode: 0o644 },
]

describe('the krew archive', () => {
  it('holds regular files at its root with their modes, and is the same bytes each time', async () => {
    const packed = await archive(files)
    assert.deepEqual(packed, await archive(files))
    const headers: Header[] = []
    const tar = extract()
    tar.end(gunzipSync(packed))
    for await (const entry of tar) {
      headers.push(entry.header)
      entry.resume()
    }
    assert.deepEqual(
      headers.map(({ name, type, mode }) => ({ name, type, mode })),
      files.map(({ name, mode }) => ({ name, type: 'file', mode })),
    )
  })
})

describe('the krew manifest', () => {
  const sha256 = 'ab'.repeat(32)
  const made = parse(krewManifest(template, { version: '9.8.7', archive: 'x.tar.gz', sha256 }))

  it('names version, archive and checksum of a release', () => {
    assert.equal(made.spec.version, 'v9.8.7')
    assert.equal(made.spec.platforms[0].sha256, sha256)
    assert.match(made.spec.platforms[0].uri, /^https:\/\/github\.com\/.*\/releases\/download\/v9\.8\.7\/x\.tar\.gz$/)
  })

  it('keeps to the limits of the krew index', () => {
    assert.equal(made.metadata.name, 'svc-debug')
    assert.ok(made.spec.shortDescription.length <= 50)
    for (const text of [made.spec.description, made.spec.caveats])
      assert.deepEqual(
        text.split('\n').filter((line: string) => line.length > 80),
        [],
      )
  })

  it('has the version of package.json in the repository', () => {
    assert.equal(parse(template).spec.version, `v${manifest.version}`)
  })

  it('is not made from a template without the places', () => {
    assert.throws(() => krewManifest('spec: {}', { version: '1', archive: 'x', sha256 }), SyntaxError)
  })
})
