import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'

import { readBundle, writeBundle } from '../src/bundle.ts'
import type { Bundle, Evidence } from '../src/model.ts'

const at = '2026-11-29T12:00:00.000Z'
const evidence = (path: string, output: string, trouble?: Evidence['trouble']): [string, Evidence] => [
  path,
  { question: { path, reach: 'node', node: 'n1', run: 'true' }, at, output, ...(trouble ? { trouble } : {}) },
]
const sample = (): Bundle => ({
  target: { namespace: 'default', service: 'web' },
  evidence: new Map([
    evidence('nodes/n1/sysctls.txt', 'net/ipv4/ip_forward 1\n'),
    evidence('nodes/n1/ipvs.txt', ''),
    evidence('nodes/n1/conntrack.txt', 'half\n', { kind: 'timeout', text: 'ended' }),
    evidence('api/pods.json', '', { kind: 'forbidden', text: 'no, umlaut: ä' }),
  ]),
})

type Entry = Partial<Header> & { name: string }

async function tar(entries: [Entry, string][]): Promise<Buffer> {
  const archive = pack()
  for (const [header, text] of entries) archive.entry(header, text)
  archive.finalize()
  const chunks: Buffer[] = []
  for await (const chunk of archive) chunks.push(chunk as Buffer)
  return gzipSync(Buffer.concat(chunks))
}

const manifest = (questions: object, more: object = {}) =>
  JSON.stringify({ version: 1, tool: 'x', target: { namespace: 'default', service: 'web' }, questions, ...more })

describe('bundle', () => {
  let dir: string
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'bundle-test-'))
  })
  afterEach(() => rm(dir, { recursive: true }))

  for (const name of ['bundle', 'bundle.tgz']) {
    it(`comes back from ${name} as it was written`, async () => {
      await writeBundle(sample(), join(dir, 'deep', name))
      const read = await readBundle(join(dir, 'deep', name))
      assert.deepEqual(read.target, sample().target)
      assert.deepEqual(Object.fromEntries(read.evidence), Object.fromEntries(sample().evidence))
    })
  }

  it('packs to the same bytes whatever the order of the answers', async () => {
    const turned = sample()
    turned.evidence = new Map([...turned.evidence].reverse())
    await writeBundle(sample(), join(dir, 'a.tgz'))
    await writeBundle(turned, join(dir, 'b.tgz'))
    assert.deepEqual(await readFile(join(dir, 'a.tgz')), await readFile(join(dir, 'b.tgz')))
  })

  it('refuses to write into a directory that holds something else', async () => {
    await writeFile(join(dir, 'thesis.txt'), 'three years of work')
    await assert.rejects(writeBundle(sample(), dir), /is not empty and not a bundle/)
  })

  it('loads manifests with fields and questions of later tools', async () => {
    const question = { path: 'new/thing.txt', reach: 'satellite', orbit: 3 }
    const text = manifest({ 'new/thing.txt': { question, at, mood: 'good' } }, { weather: 'rain' })
    await writeFile(
      join(dir, 'b.tgz'),
      await tar([
        [{ name: 'manifest.json' }, text],
        [{ name: 'new/thing.txt' }, 'hello'],
      ]),
    )
    const bundle = await readBundle(join(dir, 'b.tgz'))
    assert.equal(bundle.evidence.get('new/thing.txt')?.output, 'hello')
  })

  it('says that an answer is missing whose file is gone', async () => {
    await writeBundle(sample(), join(dir, 'b'))
    await rm(join(dir, 'b', 'nodes/n1/sysctls.txt'))
    const bundle = await readBundle(join(dir, 'b'))
    assert.equal(bundle.evidence.get('nodes/n1/sysctls.txt')?.trouble?.kind, 'unreadable')
  })

  it('does not follow links out of a directory', async () => {
    await writeBundle(sample(), join(dir, 'b'))
    await writeFile(join(dir, 'secret'), 'secret')
    await rm(join(dir, 'b', 'nodes/n1/sysctls.txt'))
    await symlink(join(dir, 'secret'), join(dir, 'b', 'nodes/n1/sysctls.txt'))
    const bundle = await readBundle(join(dir, 'b'))
    assert.equal(bundle.evidence.get('nodes/n1/sysctls.txt')?.output, '')
  })

  const hostile: [string, Entry, string][] = [
    ['a path that climbs out', { name: '../evil' }, 'outside of itself'],
    ['an absolute path', { name: '/etc/passwd' }, 'outside of itself'],
    ['a path with a hidden climb', { name: 'a/../../evil' }, 'outside of itself'],
    ['a symbolic link', { name: 'a', type: 'symlink', linkname: '/etc/passwd' }, 'holds a symlink'],
    ['a hard link', { name: 'a', type: 'link', linkname: 'b' }, 'holds a link'],
  ]
  for (const [what, header, says] of hostile) {
    it(`refuses an archive with ${what}`, async () => {
      await writeFile(
        join(dir, 'b.tgz'),
        await tar([
          [header, ''],
          [{ name: 'manifest.json' }, manifest({})],
        ]),
      )
      await assert.rejects(
        readBundle(join(dir, 'b.tgz')),
        (error: Error) => error.name === 'UserError' && error.message.includes(says),
      )
    })
  }

  const bad: [string, string | Buffer, RegExp][] = [
    ['plain text', 'hello', /not gzipped/],
    ['a cut archive', gzipSync(Buffer.alloc(50_000, 'x')).subarray(0, 40), /cut off/],
    ['an archive of something else', gzipSync(Buffer.alloc(1024)), /no manifest\.json/],
  ]
  for (const [what, bytes, says] of bad) {
    it(`refuses ${what} with the next step`, async () => {
      await writeFile(join(dir, 'b.tgz'), bytes)
      await assert.rejects(readBundle(join(dir, 'b.tgz')), (error: Error & { next?: string }) => {
        assert.equal(error.name, 'UserError')
        assert.match(error.message, says)
        assert.match(error.next ?? '', /--save/)
        return true
      })
    })
  }

  const manifests: [string, string, RegExp][] = [
    ['is not JSON', '{', /is not JSON/],
    ['is of a later version', manifest({}, { version: 9 }), /version 9/],
    ['names no Service', JSON.stringify({ version: 1, questions: {} }), /names no Service/],
    ['has a path outside', manifest({ '../x': { at, question: { path: '../x' } } }), /outside of the bundle/],
    ['describes nothing', manifest({ 'a.txt': {} }), /does not describe a\.txt/],
  ]
  for (const [what, text, says] of manifests) {
    it(`refuses a manifest that ${what}`, async () => {
      await writeFile(join(dir, 'manifest.json'), text)
      await assert.rejects(readBundle(dir), says)
    })
  }

  it('says that a path does not exist', async () => {
    await assert.rejects(readBundle(join(dir, 'nowhere')), /no such file or directory/)
  })
})
