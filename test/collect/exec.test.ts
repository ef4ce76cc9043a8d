import assert from 'node:assert/strict'
import { WebSocketServer } from 'ws'
import { askInside } from '../../src/collect/ask-inside.ts'
import { NoAnswer } from '../../src/collect/errors.ts'
import { ExecRefused, execInPod } from '../../src/collect/exec.ts'
import type { Question } from '../../src/model.ts'
import { connectTo } from './connect-to.ts'
import { type FakeApi, fakeApi } from './fake-api.ts'

type Socket = Parameters<Parameters<WebSocketServer['on']>[1]>[0] & {
  send(data: Buffer): void
  close(): void
  terminate(): void
}

/** Channels of the remote command protocol. */
const channel = (n: number, text: string) => Buffer.concat([Buffer.from([n]), Buffer.from(text)])
const success = channel(3, JSON.stringify({ status: 'Success' }))
const exited = (code: number) =>
  channel(
    3,
    JSON.stringify({
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
    }),
  )

describe('exec', () => {
  let api: FakeApi
  /** An API server whose exec endpoint does `serve` with the socket, or refuses the upgrade with `refuse`. */
  const start = async (serve: (socket: Socket, url: string) => void, refuse?: { code: number; body: string }) => {
    api = await fakeApi(() => ({ json: {} }))
    const sockets = new WebSocketServer({ noServer: true, handleProtocols: (offered) => [...offered].sort().at(-1)! })
    api.server.on('upgrade', (request, socket, head) => {
      if (refuse) {
        socket.end(
          `HTTP/1.1 ${refuse.code} No\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(refuse.body)}\r\nconnection: close\r\n\r\n${refuse.body}`,
        )
        return
      }
      sockets.handleUpgrade(request, socket, head, (ws) => serve(ws as unknown as Socket, request.url ?? ''))
    })
    return connectTo(api.url, { user: { token: 'secret' } })
  }
  afterEach(() => api.close())

  const run = async (cluster: Awaited<ReturnType<typeof connectTo>>, timeout = 3000) =>
    execInPod(cluster.auth, cluster.server, {
      pod: 'ns/web-1',
      command: ['sh', '-c', 'x'],
      timeout,
      signal: cluster.signal,
    })

  it('gives both outputs and the exit code', async () => {
    let asked = ''
    const cluster = await start((socket, url) => {
      asked = url
      socket.send(channel(1, 'out'))
      socket.send(channel(2, 'err'))
      // A server that speaks version 5 may send this; client-node would throw.
      if (socket.protocol === 'v5.channel.k8s.io') socket.send(Buffer.from([255, 1]))
      socket.send(exited(7))
    })
    const { stdout, stderr, code } = await run(cluster)
    assert.deepEqual([stdout.toString(), stderr.toString(), code], ['out', 'err', 7])
    assert.match(asked, /^\/api\/v1\/namespaces\/ns\/pods\/web-1\/exec\?.*command=sh&command=-c&command=x/)
  })

  it('gives 0 for success', async () => {
    const cluster = await start((socket) => socket.send(success))
    assert.equal((await run(cluster)).code, 0)
  })

  it('keeps what came before a connection dropped, without a code', async () => {
    const cluster = await start((socket) => {
      socket.send(channel(1, 'half'))
      setTimeout(() => socket.terminate(), 50)
    })
    const { stdout, code } = await run(cluster)
    assert.deepEqual([stdout.toString(), code], ['half', undefined])
  })

  it('ends by itself when the command hangs', async () => {
    const cluster = await start(() => undefined)
    await assert.rejects(run(cluster, 100), (error: unknown) => error instanceof NoAnswer && error.code === 'TIMEOUT')
  })

  it('tells the server’s own words when it refuses', async () => {
    const body = JSON.stringify({
      kind: 'Status',
      reason: 'Forbidden',
      message: 'pods "web-1" is forbidden',
      code: 403,
    })
    const cluster = await start(() => undefined, { code: 403, body })
    await assert.rejects(
      run(cluster),
      (error: unknown) =>
        error instanceof ExecRefused && error.message === 'pods "web-1" is forbidden' && error.status.code === 403,
    )
  })

  it('ends at the signal', async () => {
    const cluster = await start(() => undefined)
    const stop = new AbortController()
    const running = execInPod(cluster.auth, cluster.server, {
      pod: 'a/b',
      command: ['x'],
      timeout: 3000,
      signal: stop.signal,
    })
    setTimeout(() => stop.abort(new Error('enough')), 50)
    await assert.rejects(running, /enough/)
  })

  const question = (file: string): Extract<Question, { reach: 'inside' }> => ({
    path: `pods/ns/web-1/${file}`,
    reach: 'inside',
    pod: 'ns/web-1',
    run: 'true',
  })
  const boundaryIn = (url: string) => new URLSearchParams(url.split('?')[1]).getAll('command')[3]!

  it('answers all questions of a pod with one connection', async () => {
    let connections = 0
    const cluster = await start((socket, url) => {
      connections++
      const b = boundaryIn(url)
      socket.send(channel(1, `${b} begin 1\nnameserver 10.96.0.10\n\n${b} end 1 rc=0\n`))
      socket.send(channel(1, `${b} begin 2\n\n${b} end 2 rc=127\n${b} done\n`))
      socket.send(success)
    })
    const evidence = await askInside(cluster, 'ns/web-1', [question('resolv.txt'), question('hairpin.txt')])
    assert.equal(connections, 1)
    assert.equal(evidence[0]!.output, 'nameserver 10.96.0.10\n')
    assert.equal(evidence[1]!.trouble?.kind, 'no-tool')
  })

  const refusals: [string, { code: number; body: string }, string][] = [
    ['RBAC', { code: 403, body: '{"kind":"Status","reason":"Forbidden","message":"no","code":403}' }, 'forbidden'],
    [
      'a kubelet out of reach',
      {
        code: 500,
        body: '{"kind":"Status","message":"error dialing backend: dial tcp 10.0.0.1:10250: connect: no route to host"}',
      },
      'unreachable',
    ],
    [
      'a Service that took the kubelet’s address',
      {
        code: 500,
        body: '{"kind":"Status","message":"error dialing backend: http: server gave HTTP response to HTTPS client"}',
      },
      'unreachable',
    ],
  ]
  for (const [what, refuse, kind] of refusals) {
    it(`makes a refusal by ${what} evidence of kind ${kind}`, async () => {
      const cluster = await start(() => undefined, refuse)
      const evidence = await askInside(cluster, 'ns/web-1', [question('resolv.txt')])
      assert.equal(evidence[0]!.trouble?.kind, kind)
    })
  }

  const failures: [string, string, string][] = [
    ['an image has no shell', 'exec: "sh": executable file not found in $PATH', 'no-tool'],
    [
      'a node cannot start processes',
      'unable to apply cgroup configuration: mkdir /sys/fs/cgroup: read-only',
      'failed',
    ],
  ]
  for (const [what, message, kind] of failures) {
    it(`says that ${what}, in the server’s words`, async () => {
      const cluster = await start((socket) => {
        socket.send(channel(3, JSON.stringify({ status: 'Failure', reason: 'InternalError', message })))
      })
      const evidence = await askInside(cluster, 'ns/web-1', [question('resolv.txt')])
      assert.equal(evidence[0]!.trouble?.kind, kind)
      assert.ok(evidence[0]!.trouble?.text.includes(message))
    })
  }
})
