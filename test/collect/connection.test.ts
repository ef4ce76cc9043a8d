import assert from 'node:assert/strict'
import { resolveConnection } from '../../src/collect/connection.ts'
import type { ClusterEntry, Kubeconfig, UserEntry } from '../../src/collect/kubeconfig.ts'
import type { ConnectionFlags } from '../../src/collect/session.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const config = (cluster: ClusterEntry, user: UserEntry): Kubeconfig => ({
  currentContext: 'c',
  clusters: new Map([['c', cluster]]),
  users: new Map([['u', user]]),
  contexts: new Map([['c', { cluster: 'c', user: 'u' }]]),
  files: [],
})
const empty: Kubeconfig = { currentContext: '', clusters: new Map(), users: new Map(), contexts: new Map(), files: [] }
const connect = (cluster: ClusterEntry, user: UserEntry = {}, flags: ConnectionFlags = {}) =>
  resolveConnection(config({ server: 'https://s:6443', ...cluster }, user), flags, {}, async (path) => `file ${path}`)

describe('connection', () => {
  it('lets data beat files within an entry, and flags beat both', async () => {
    const entry = { 'certificate-authority-data': base64('data ca'), 'certificate-authority': '/ca' }
    assert.equal((await connect(entry)).ca, 'data ca')
    assert.equal((await connect(entry, {}, { certificateAuthority: '/flag' })).ca, 'file /flag')
    const user = { 'client-certificate-data': base64('data cert'), 'client-key-data': base64('data key') }
    assert.equal((await connect({}, user)).cert, 'data cert')
    const flagged = await connect({}, user, { clientCertificate: '/c', clientKey: '/k' })
    assert.deepEqual([flagged.cert, flagged.key], ['file /c', 'file /k'])
  })

  it('forgets the CA with --insecure-skip-tls-verify, as TLS libraries refuse both', async () => {
    const entry = { 'certificate-authority-data': base64('ca') }
    const { ca, insecure } = await connect(entry, {}, { insecureSkipTlsVerify: true })
    assert.deepEqual([ca, insecure], [undefined, true])
  })

  it('forgets tls-server-name with another --server', async () => {
    const entry = { 'tls-server-name': 'name' }
    assert.equal((await connect(entry)).tlsServerName, 'name')
    assert.equal((await connect(entry, {}, { server: 'https://t' })).tlsServerName, undefined)
    assert.equal((await connect(entry, {}, { server: 'https://t', tlsServerName: 'x' })).tlsServerName, 'x')
  })

  it('lets --token beat tokenFile, password and plugin', async () => {
    const user: UserEntry = { tokenFile: '/t', username: 'n', password: 'p', exec: { command: 'plugin' } }
    const plain = await connect({}, user)
    assert.equal(plain.tokenFile, '/t')
    assert.equal(plain.exec?.command, 'plugin')
    const { token, tokenFile, username, exec } = await connect({}, user, { token: 'flag' })
    assert.deepEqual([token, tokenFile, username, exec], ['flag', undefined, undefined, undefined])
  })

  const servers: [string, ConnectionFlags, string][] = [
    ['host:1234', {}, 'http://host:1234'],
    ['host:1234', { insecureSkipTlsVerify: true }, 'https://host:1234'],
    ['https://host/prefix/', {}, 'https://host/prefix'],
    ['https://[fd00::1]:6443', {}, 'https://[fd00::1]:6443'],
  ]
  for (const [server, flags, expected] of servers) {
    it(`reads server ${server} ${JSON.stringify(flags)} as ${expected}`, async () => {
      assert.equal((await connect({ server }, {}, flags)).server, expected)
    })
  }

  it('takes the service account of a pod only where no kubeconfig names a cluster', async () => {
    const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }
    const read = async (path: string) => (path.endsWith('namespace') ? 'ns-in\n' : `file ${path}`)
    const inside = await resolveConnection(empty, {}, env, read)
    assert.equal(inside.server, 'https://[fd00::1]')
    assert.equal(inside.namespace, 'ns-in')
    assert.match(inside.tokenFile ?? '', /serviceaccount\/token$/)
    assert.match(inside.ca ?? '', /ca\.crt$/)
    const outside = await resolveConnection(config({ server: 'https://s' }, {}), {}, env, read)
    assert.equal(outside.server, 'https://s')
  })

  it('says that nothing is configured, with kubectl’s fallback address', async () => {
    const { server, unconfigured } = await resolveConnection(empty, {}, {})
    assert.deepEqual([server, unconfigured], ['http://localhost:8080', true])
  })

  const bad: [string, ClusterEntry, ConnectionFlags, RegExp][] = [
    ['a proxy of an unknown scheme', { 'proxy-url': 'ftp://x' }, {}, /invalid proxy-url/],
    ['a server that is no URL', { server: 'https://' }, {}, /not a URL/],
    ['a server of an unknown scheme', { server: 'ssh://x' }, {}, /neither http nor https/],
    ['an extra without value', {}, { asUserExtra: ['x'] }, /not of the form key=value/],
  ]
  for (const [what, cluster, flags, says] of bad) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(
        connect(cluster, {}, flags),
        (error: Error) => error.name === 'UserError' && says.test(error.message),
      )
    })
  }
})
