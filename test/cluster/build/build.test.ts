import assert from 'node:assert/strict'
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VERSIONS } from '../versions.ts'
import { debianMirror } from './debian-mirror.ts'
import { imageList } from './image-list.ts'
import { withLock } from './lock.ts'
import { writeOciLayout } from './oci-layout.ts'
import { ensureStage } from './stage.ts'
import { stageKey } from './stage-key.ts'

describe('The build of the test cluster', () => {
  let cache: string
  const configured = process.env['SVC_DEBUG_CACHE']
  beforeEach(async () => {
    cache = await mkdtemp(join(tmpdir(), 'svc-debug-'))
    process.env['SVC_DEBUG_CACHE'] = cache
  })
  afterEach(async () => {
    if (configured === undefined) delete process.env['SVC_DEBUG_CACHE']
    else process.env['SVC_DEBUG_CACHE'] = configured
    await rm(cache, { recursive: true })
  })

  it('keys an output by every input, whatever their order', () => {
    const key = stageKey({ a: '1', b: '2' })
    assert.equal(stageKey({ b: '2', a: '1' }), key)
    assert.notEqual(stageKey({ a: '1', b: '3' }), key)
    assert.notEqual(stageKey({ a: '12', b: '' }), stageKey({ a: '1', b: '2' }))
  })

  it('builds once and again only when an input changed', async () => {
    let builds = 0
    const stage = (input: string) => ({
      name: 'thing',
      inputs: { input },
      build: async (dir: string) => writeFile(join(dir, 'out'), String(++builds)),
    })
    const first = await ensureStage(stage('1'), () => {})
    assert.equal(await ensureStage(stage('1'), () => {}), first)
    assert.equal(builds, 1)
    assert.notEqual(await ensureStage(stage('2'), () => {}), first)
    assert.equal(builds, 2)
  })

  it('never takes an interrupted build for a finished one', async () => {
    const inputs = { input: '1' }
    const broken = async (dir: string): Promise<void> => {
      await writeFile(join(dir, 'half'), '')
      throw new Error('interrupted')
    }
    await assert.rejects(
      ensureStage({ name: 'thing', inputs, build: broken }, () => {}),
      /interrupted/,
    )
    const whole = async (dir: string): Promise<void> => writeFile(join(dir, 'out'), 'whole')
    const dir = await ensureStage({ name: 'thing', inputs, build: whole }, () => {})
    assert.deepEqual(await readdir(dir), ['out'])
  })

  it('takes over the lock of a process that is gone, and keeps others out meanwhile', async () => {
    const lock = join(cache, 'lock')
    await writeFile(lock, '999999999')
    const order: string[] = []
    const work = (name: string) => async (): Promise<void> => {
      order.push(`${name} in`)
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push(`${name} out`)
    }
    await Promise.all([withLock(lock, work('a')), withLock(lock, work('b'))])
    assert.deepEqual([order[0]!.slice(2), order[1]!.slice(2)], ['in', 'out'])
    await assert.rejects(access(lock))
  })

  it('finds the Debian archive in both styles of apt sources and skips others', () => {
    const deb822 = [
      'Types: deb\nURIs: http://third.example/node\nSuites: nodistro\nComponents: main',
      'Types: deb\n# a comment\nURIs: http://security.example/debian-security\nSuites: bookworm-security\nComponents: main',
      'Types: deb deb-src\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main contrib',
    ].join('\n\n')
    assert.equal(debianMirror([deb822], 'bookworm'), 'http://mirror.example/debian')
    const oneLine =
      'deb [signed-by=/k.gpg] http://old.example/debian bookworm main\n# deb http://no.example bookworm main'
    assert.equal(debianMirror(['', oneLine], 'bookworm'), 'http://old.example/debian')
    assert.equal(debianMirror([oneLine], 'trixie'), undefined)
  })

  it('writes one manifest for each image and every layer once', async () => {
    const images = imageList({ netpol: true })
    const layers: string[] = []
    await writeOciLayout(cache, images, async (name, tar) => {
      layers.push(name)
      await writeFile(tar, name)
    })
    assert.equal(new Set(layers).size, layers.length)
    const index = JSON.parse(await readFile(join(cache, 'index.json'), 'utf8'))
    const names = index.manifests.map((one: { annotations: object }) => Object.values(one.annotations)[0])
    assert.deepEqual(
      names,
      images.map((image) => image.name),
    )
    assert.equal(new Set(index.manifests.map((one: { digest: string }) => one.digest)).size, images.length)
    for (const { digest } of index.manifests) {
      const manifest = JSON.parse(await readFile(join(cache, 'blobs/sha256', digest.slice(7)), 'utf8'))
      for (const { digest: blob } of [manifest.config, ...manifest.layers]) {
        await access(join(cache, 'blobs/sha256', blob.slice(7)))
      }
    }
  })

  it('pins the versions that the Go modules have', async () => {
    const mod = async (name: string): Promise<string> =>
      readFile(join(import.meta.dirname, '..', 'go', name, 'go.mod'), 'utf8')
    assert.match(await mod('kube'), new RegExp(`k8s\\.io/kubernetes v${VERSIONS.kubernetes}\\b`))
    assert.match(await mod('coredns'), new RegExp(`coredns/coredns v${VERSIONS.coredns}\\b`))
    assert.match(await mod('flannel'), new RegExp(`flannel-io/flannel v${VERSIONS.flannel}\\b`))
    assert.match(await mod('cni'), new RegExp(`containernetworking/plugins v${VERSIONS.flannelCni}\\b`))
    assert.match(await mod('krew'), new RegExp(`sigs\\.k8s\\.io/krew v${VERSIONS.krew}\\b`))
    assert.match(await mod('netpol'), new RegExp(`kube-network-policies v${VERSIONS.networkPolicies}\\b`))
  })
})
