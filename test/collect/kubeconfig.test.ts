import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { resolveConnection } from '../../src/collect/connection.ts'
import { loadKubeconfig } from '../../src/collect/kubeconfig.ts'
import type { ConnectionFlags } from '../../src/collect/session.ts'

const config = (more: object) => JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...more })
const cluster = (name: string, server: string, more = {}) => ({ name, cluster: { server, ...more } })
const context = (name: string, clusterName: string, user: string, namespace?: string) => ({
  name,
  context: { cluster: clusterName, user, ...(namespace ? { namespace } : {}) },
})

describe('kubeconfig', () => {
  let dir: string
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'kubeconfig-test-'))
    await mkdir(join(dir, 'sub'))
    await mkdir(join(dir, 'home/.kube'), { recursive: true })
    const files: Record<string, string> = {
      'a.yaml': config({
        'current-context': 'ctx-a',
        clusters: [cluster('shared', 'https://a:6443'), cluster('a', 'https://only-a:6443')],
        contexts: [context('ctx-a', 'shared', 'ua', 'ns-a')],
        users: [{ name: 'ua', user: { token: 'token-a' } }],
      }),
      'b.yaml': config({
        'current-context': 'ctx-b',
        clusters: [
          cluster('shared', 'https://b:6443'),
          cluster('b', 'https://only-b:6443', { 'tls-server-name': 'b.local' }),
        ],
        contexts: [context('ctx-b', 'b', 'ub'), context('ctx-a', 'b', 'ub', 'ns-b')],
        users: [
          { name: 'ub', user: { token: 'token-b', as: 'x', 'as-groups': ['g1', 'g2'] } },
          { name: 'ua', user: { token: 'other' } },
        ],
      }),
      'sub/paths.yaml': config({
        'current-context': 'p',
        clusters: [cluster('p', 'https://p:6443', { 'certificate-authority': 'ca.crt' })],
        contexts: [context('p', 'p', 'p')],
        users: [
          {
            name: 'p',
            user: {
              'client-certificate': '../up.crt',
              'client-key': '/abs/key',
              tokenFile: 'token',
              exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './bin/plugin' },
            },
          },
          { name: 'q', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' } } },
        ],
      }),
      'no-current.yaml': config({ clusters: [cluster('n', 'https://n:6443')] }),
      'empty.yaml': '',
      'broken.yaml': 'clusters: [',
      'list.yaml': '- a\n- b\n',
      'home/.kube/config': config({
        'current-context': 'home',
        clusters: [cluster('home', 'https://home:6443')],
        contexts: [context('home', 'home', 'home')],
      }),
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text)
  })
  after(() => rm(dir, { recursive: true }))

  const env = (...names: string[]) => ({
    HOME: join(dir, 'home'),
    KUBECONFIG: names.map((name) => (name === '' ? '' : join(dir, name))).join(delimiter),
  })
  const connect = async (names: string[], flags: ConnectionFlags = {}) =>
    resolveConnection(
      await loadKubeconfig(flags.kubeconfig, env(...names)),
      flags,
      {},
      async (path) => `text of ${path}`,
    )

  it('takes current-context and entries from the first file that has them', async () => {
    const { server, namespace, token } = await connect(['a.yaml', 'b.yaml'])
    assert.deepEqual({ server, namespace, token }, { server: 'https://a:6443', namespace: 'ns-a', token: 'token-a' })
    const turned = await connect(['b.yaml', 'a.yaml'])
    assert.equal(turned.server, 'https://only-b:6443')
    assert.equal(turned.namespace, 'default')
    assert.deepEqual(turned.impersonate, { user: 'x', groups: ['g1', 'g2'], extra: {} })
  })

  it('leaves out missing files, empty names and empty files of a list', async () => {
    const { server } = await connect(['', 'nowhere.yaml', 'empty.yaml', 'no-current.yaml', 'a.yaml', 'a.yaml'])
    assert.equal(server, 'https://a:6443')
  })

  it('falls back to ~/.kube/config when KUBECONFIG is empty', async () => {
    const loaded = await loadKubeconfig(undefined, { HOME: join(dir, 'home'), KUBECONFIG: '' })
    assert.equal(loaded.currentContext, 'home')
  })

  it('reads only the file named with --kubeconfig, which must exist', async () => {
    const loaded = await loadKubeconfig(join(dir, 'b.yaml'), env('a.yaml'))
    assert.equal(loaded.currentContext, 'ctx-b')
    await assert.rejects(
      loadKubeconfig(join(dir, 'nowhere'), env('a.yaml')),
      /stat .*nowhere: no such file or directory/,
    )
  })

  it('names the file that it cannot understand', async () => {
    await assert.rejects(
      loadKubeconfig(undefined, env('a.yaml', 'broken.yaml')),
      /error loading config file ".*broken\.yaml"/,
    )
    await assert.rejects(loadKubeconfig(undefined, env('list.yaml')), /list\.yaml": it is not a kubeconfig/)
  })

  it('counts relative paths from the file that they stand in, and leaves bare commands alone', async () => {
    const loaded = await loadKubeconfig(undefined, env('sub/paths.yaml'))
    const user = loaded.users.get('p')!
    assert.equal(loaded.clusters.get('p')?.['certificate-authority'], join(dir, 'sub/ca.crt'))
    assert.equal(user['client-certificate'], join(dir, 'up.crt'))
    assert.equal(user['client-key'], '/abs/key')
    assert.equal(user.tokenFile, join(dir, 'sub/token'))
    assert.equal(user.exec?.command, join(dir, 'sub/bin/plugin'))
    assert.equal(loaded.users.get('q')?.exec?.command, 'aws')
  })

  it('names the contexts there are when asked for another', async () => {
    await assert.rejects(connect(['a.yaml', 'b.yaml'], { context: 'nope' }), (error: Error & { next?: string }) => {
      assert.equal(error.message, 'context "nope" does not exist')
      assert.equal(error.next, 'Known contexts: ctx-a, ctx-b.')
      return true
    })
    await assert.rejects(connect(['a.yaml'], { cluster: 'nope' }), /cluster "nope" does not exist/)
    await assert.rejects(connect(['a.yaml'], { user: 'nope' }), /auth info "nope" does not exist/)
  })

  const kubectl = findKubectl()
  const cases: [string[], string[]][] = [
    [['a.yaml', 'b.yaml'], []],
    [['b.yaml', 'a.yaml'], []],
    [
      ['nowhere.yaml', 'a.yaml', 'b.yaml'],
      ['--context', 'ctx-b'],
    ],
    [['no-current.yaml', 'b.yaml'], []],
  ]
  // The reference is only there where a kubectl is; the cases above hold the same without one.
  for (const [names, flags] of kubectl ? cases : []) {
    it(`reads ${names.join(':')} ${flags.join(' ')} as kubectl does`, async () => {
      const text = execFileSync(kubectl!, ['config', 'view', '--minify', '--raw', '-o', 'json', ...flags], {
        env: { ...process.env, ...env(...names) },
        encoding: 'utf8',
      })
      const theirs = JSON.parse(text)
      const ours = await loadKubeconfig(undefined, env(...names))
      const current = flags[1] ?? ours.currentContext
      const own = ours.contexts.get(current)!
      assert.equal(current, theirs['current-context'])
      assert.deepEqual(own, theirs.contexts[0].context)
      assert.deepEqual(ours.clusters.get(own.cluster!), theirs.clusters[0].cluster)
      const { exec, ...user } = theirs.users[0].user
      const { exec: ourExec, ...ourUser } = ours.users.get(own.user!)!
      assert.deepEqual(ourUser, user)
      assert.equal(ourExec?.command, exec?.command)
    })
  }
})

function findKubectl(): string | undefined {
  for (const name of [process.env.KUBECTL_PATH ?? '', 'kubectl']) {
    try {
      if (name) execFileSync(name, ['version', '--client'], { stdio: 'ignore' })
      if (name) return name
    } catch {
      // Not there.
    }
  }
  return undefined
}
