import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type PluginContext, pluginCredentials } from '../../src/collect/credentials.ts'
import type { ExecConfig } from '../../src/collect/kubeconfig.ts'
import { connectTo } from './connect-to.ts'
import { fakeApi, status } from './fake-api.ts'

const apiVersion = 'client.authentication.k8s.io/v1'

describe('credential plugins', () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plugin-test-'))
  })
  after(() => rm(dir, { recursive: true }))

  /** A plugin that counts its runs and prints a credential with the count in its token. */
  const plugin = async (name: string, status: string): Promise<ExecConfig> => {
    const script = join(dir, `${name}.mjs`)
    await writeFile(
      script,
      `import { appendFileSync, readFileSync } from 'node:fs'
appendFileSync(${JSON.stringify(join(dir, name))}, 'x')
const n = readFileSync(${JSON.stringify(join(dir, name))}, 'utf8').length
await new Promise((done) => setTimeout(done, 50))
console.log(JSON.stringify({ kind: 'ExecCredential', apiVersion: '${apiVersion}', status: ${status} }))`,
    )
    return { apiVersion, command: process.execPath, args: [script] }
  }
  const runs = async (name: string) => (await readFile(join(dir, name), 'utf8')).length
  const context = (more: Partial<PluginContext> = {}): PluginContext => ({
    env: process.env,
    terminal: { interactive: false },
    signal: new AbortController().signal,
    cluster: { server: 'https://api:6443', insecure: false, ca: 'PEM', config: { audience: 'x' } },
    ...more,
  })

  it('run once for all who ask at the same time', async () => {
    const get = pluginCredentials(await plugin('once', '{ token: "t" + n }'), context())
    const got = await Promise.all([get(), get(), get(), get()])
    assert.deepEqual(new Set(got.map(({ token }) => token)), new Set(['t1']))
    assert.equal(await runs('once'), 1)
  })

  it('run again when the credential is about to end', async () => {
    const soon = 'new Date(Date.now() + 5000).toISOString()'
    const get = pluginCredentials(await plugin('expiry', `{ token: "t" + n, expirationTimestamp: ${soon} }`), context())
    assert.equal((await get()).token, 't1')
    assert.equal((await get()).token, 't2')
  })

  it('run once more after a 401, and the request is sent again', async () => {
    const api = await fakeApi((request) =>
      request.headers.authorization === 'Bearer t2' ? { json: { ok: 1 } } : status(401, 'Unauthorized', 'Unauthorized'),
    )
    const { http } = await connectTo(api.url, { user: { exec: await plugin('refresh', '{ token: "t" + n }') } })
    assert.equal((await http({ path: '/api' })).status, 200)
    assert.deepEqual(
      api.seen.map(({ headers }) => headers.authorization),
      ['Bearer t1', 'Bearer t2'],
    )
    await api.close()
  })

  it('are not run at all with --token', async () => {
    const api = await fakeApi(() => ({ json: {} }))
    const exec = await plugin('unused', '{ token: "plugin" }')
    const { http } = await connectTo(api.url, { user: { exec }, flags: { token: 'mine' } })
    await http({ path: '/api' })
    assert.equal(api.seen[0]!.headers.authorization, 'Bearer mine')
    await assert.rejects(runs('unused'))
    await api.close()
  })

  it('learn of the cluster and whether they may ask the user', async () => {
    const config = await plugin('info', '{ token: process.env.KUBERNETES_EXEC_INFO + process.env.OWN }')
    const get = pluginCredentials(
      { ...config, provideClusterInfo: true, env: [{ name: 'OWN', value: '!' }] },
      context(),
    )
    const token = (await get()).token!
    assert.ok(token.endsWith('}!'))
    const info = JSON.parse(token.slice(0, -1))
    assert.equal(info.apiVersion, apiVersion)
    assert.equal(info.spec.interactive, false)
    assert.equal(info.spec.cluster.server, 'https://api:6443')
    assert.equal(info.spec.cluster['certificate-authority-data'], Buffer.from('PEM').toString('base64'))
    assert.deepEqual(info.spec.cluster.config, { audience: 'x' })
  })

  it('have the terminal to themselves', async () => {
    const calls: string[] = []
    const terminal = { interactive: false, pause: () => calls.push('pause'), resume: () => calls.push('resume') }
    await pluginCredentials(await plugin('terminal', '{ token: "t" }'), context({ terminal }))()
    assert.deepEqual(calls, ['pause', 'resume'])
  })

  const failures: [string, ExecConfig, RegExp, RegExp][] = [
    [
      'is not installed',
      { command: 'no-such-plugin-anywhere', installHint: 'Get it from example.com.' },
      /executable no-such-plugin-anywhere not found/,
      /Get it from example\.com/,
    ],
    ['fails', { command: process.execPath, args: ['-e', 'process.exit(3)'] }, /failed with exit code 3/, /by hand/],
    [
      'prints no JSON',
      { command: process.execPath, args: ['-e', 'console.log("hi")'] },
      /printed no JSON/,
      /apiVersion/,
    ],
    [
      'speaks another version',
      {
        apiVersion,
        command: process.execPath,
        args: ['-e', 'console.log(\'{"kind":"ExecCredential","apiVersion":"v0"}\')'],
      },
      /printed v0, the kubeconfig asks for client\.authentication\.k8s\.io\/v1/,
      /apiVersion/,
    ],
    [
      'needs a terminal and has none',
      { command: 'x', interactiveMode: 'Always' },
      /needs a terminal/,
      /Run the command in a terminal/,
    ],
  ]
  for (const [what, config, says, next] of failures) {
    it(`a plugin that ${what} is the user's to mend`, async () => {
      await assert.rejects(pluginCredentials(config, context())(), (error: Error & { next?: string }) => {
        assert.equal(error.name, 'UserError')
        assert.match(error.message, says)
        assert.match(error.next ?? '', next)
        return true
      })
    })
  }
})
