import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { promisify } from 'node:util'
import { type ConnectTarget, connectScript } from '../../src/collect/plan/connect-script.ts'
import { dialledScript } from '../../src/collect/plan/dialled-script.ts'
import { dnsScript, insideLookupScript } from '../../src/collect/plan/dns-script.ts'
import { type InsideTarget, insideConnectScript } from '../../src/collect/plan/inside-connect-script.ts'
import { parseConnect } from '../../src/parse/connect.ts'
import { parseDialled } from '../../src/parse/dialled.ts'
import { parseDig } from '../../src/parse/dig.ts'

const has = (tool: string) => {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const shell = has('busybox') ? ['busybox', 'sh'] : ['sh']
const run = async (script: string) => {
  const { stdout } = await promisify(execFile)(shell[0]!, [...shell.slice(1), '-c', script], { timeout: 20_000 })
  return stdout
}

const hairpin = (port: number): InsideTarget => ({ kind: 'hairpin', ip: '127.0.0.1', port, tries: 10 })

describe('probe scripts', () => {
  let server: Server
  let port: number
  const agents: (string | undefined)[] = []
  before(async () => {
    server = createServer((request, response) => {
      agents.push(request.headers['x-pad'] as string | undefined)
      response.end('hello')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as AddressInfo).port
  })
  after(() => server.close())
  /** A port on which nobody listens. */
  const closedPort = async () => {
    const probe = createTcpServer()
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
    const { port: free } = probe.address() as AddressInfo
    await new Promise((resolve) => probe.close(resolve))
    return free
  }
  const target = (more: Partial<ConnectTarget>): ConnectTarget => ({
    kind: 'endpoint',
    protocol: 'tcp',
    ip: '127.0.0.1',
    port,
    tries: 1,
    how: 'http',
    ...more,
  })

  // Without these tools on the machine there is nothing to run; CI and every image that the tool uses have them.
  if (has('curl') && has('bash')) {
    it('write a line for each try that the parser reads, round by round', async () => {
      const closed = await closedPort()
      const text = await run(
        connectScript([
          target({ kind: 'cluster-ip', tries: 3 }),
          target({ variant: 'large', how: 'http-large' }),
          target({ kind: 'node', port: closed }),
          target({ kind: 'api', how: 'https' }),
        ]),
      )
      const { items, unread } = parseConnect(text)
      assert.deepEqual(unread, [])
      const told = items.map(
        ({ kind, variant, try: n, outcome }) => `${kind}${variant ? `:${variant}` : ''} ${n} ${outcome}`,
      )
      assert.deepEqual(told.slice(0, 3), ['cluster-ip 1 ok', 'endpoint:large 1 ok', 'node 1 refused'])
      assert.match(told[3]!, /^api 1 /)
      assert.deepEqual(told.slice(4), ['cluster-ip 2 ok', 'cluster-ip 3 ok'])
      assert.ok(agents.some((pad) => (pad?.length ?? 0) >= 3000))
    })

    it('tell an answered, a refused and an unanswered datagram apart', async () => {
      const [echo, mute] = await Promise.all([true, false].map(udpServer))
      const closed = await closedPort()
      const text = await run(
        connectScript(
          [echo!.port, mute!.port, closed].map((udp) => target({ protocol: 'udp', port: udp, how: 'udp' })),
        ),
      )
      const outcomes = new Map(parseConnect(text).items.map((item) => [item.port, item.outcome]))
      assert.equal(outcomes.get(echo!.port), 'ok')
      assert.equal(outcomes.get(closed), 'refused')
      assert.notEqual(outcomes.get(mute!.port), 'ok')
      for (const { close } of [echo!, mute!]) close()
    })

    it('call the own Service from inside with whatever tool there is', async () => {
      for (const tool of ['curl', 'bash'].filter(has)) {
        const script = insideConnectScript([hairpin(port)]).replace('curl wget bash nc none', `${tool} none`)
        const { items, unread } = parseConnect(await run(script))
        assert.deepEqual(unread, [])
        assert.deepEqual(new Set(items.map(({ kind, outcome }) => `${kind} ${outcome}`)), new Set(['hairpin ok']), tool)
        assert.equal(items.length, 10)
      }
    })

    it('say refused from inside with whatever tool there is', async () => {
      const closed = await closedPort()
      for (const tool of ['curl', 'bash'].filter(has)) {
        const script = insideConnectScript([hairpin(closed)]).replace('curl wget bash nc none', `${tool} none`)
        const { items } = parseConnect(await run(script))
        assert.deepEqual(new Set(items.map(({ outcome }) => outcome)), new Set(['refused']), tool)
      }
    })
  }

  it('tell what a client dials, and nothing else of its environment', async () => {
    const web = { metadata: { name: 'web', namespace: 'shop' }, spec: { ports: [{ port: 80 }, { port }] } }
    const script = dialledScript(web, ['127.0.0.1'], 'cluster.local')
    const closed = await closedPort()
    const secret = 'hunter2'
    const env = {
      PATH: process.env['PATH'],
      A_URL: `http://web.shop.svc:${closed}/cart?key=${secret}`,
      B_DSN: `amqp://user:${secret}@web.shop.svc.cluster.local.:${port}/x`,
      C_URL: 'https://web/',
      D_HOST: 'web.shop',
      D_PORT: '81',
      E: `web.other:9 myweb:10 web:100000 ${secret}`,
      WEB_SERVICE_HOST: '127.0.0.2',
      WEB_SERVICE_PORT: '80',
    }
    const { stdout } = await promisify(execFile)(shell[0]!, [...shell.slice(1), '-c', script], { env, timeout: 20_000 })
    assert.doesNotMatch(stdout, new RegExp(`${secret}|myweb|other`))
    const { named, tries, unread } = parseDialled(stdout)
    assert.deepEqual(unread, [])
    assert.deepEqual(named.map((n) => `${n.variable} ${n.host} ${n.port}`).toSorted(), [
      `A_URL web.shop.svc ${closed}`,
      `B_DSN web.shop.svc.cluster.local ${port}`,
      'C_URL web 443',
      'D_HOST web.shop 81',
      'WEB_SERVICE_HOST 127.0.0.2 80',
    ])
    // ports of the Service are tried by others; the address that was given at the start only if somebody dials it
    assert.deepEqual(
      new Set(tries.map((t) => `${t.ip} ${t.port} ${t.outcome}`)),
      new Set([`127.0.0.1 ${closed} refused`, '127.0.0.1 443 refused', '127.0.0.1 81 refused']),
    )
  })

  it('exit with 127 where there is no tool', async () => {
    for (const script of [connectScript([target({})]), dnsScript([], []), insideConnectScript([hairpin(port)])]) {
      await assert.rejects(
        run(script.replaceAll('command -v', 'false')),
        (error: { code?: number }) => error.code === 127,
      )
    }
  })

  if (has('dig') && has('getent')) {
    it('look names up from inside as an application does', async () => {
      const { lookups, unread } = parseDig(await run(insideLookupScript(['localhost', 'no-such-name.invalid'])))
      assert.deepEqual(unread, [])
      assert.deepEqual(lookups.map(({ name, outcome }) => `${name} ${outcome === 'ok'}`).toSorted(), [
        'localhost true',
        'no-such-name.invalid false',
      ])
    }).timeout(30_000)

    it('write a block for each query that the parser reads', async () => {
      const query = { protocol: 'udp', type: 'A', tries: 1 } as const
      const text = await run(
        dnsScript(
          [
            { ...query, server: '127.0.0.1', name: 'web.default.svc.cluster.local.', form: 'fqdn', tries: 2 },
            { ...query, server: '127.0.0.1', protocol: 'tcp', name: 'web', form: 'short' },
          ],
          ['localhost'],
        ),
      )
      const { queries, lookups, unread } = parseDig(text)
      assert.deepEqual(unread, [])
      assert.deepEqual(
        queries.map(({ server, protocol, name, form }) => `${server} ${protocol} ${name} ${form}`),
        [
          '127.0.0.1 udp web.default.svc.cluster.local. fqdn',
          '127.0.0.1 tcp web short',
          '127.0.0.1 udp web.default.svc.cluster.local. fqdn',
        ],
      )
      assert.deepEqual(
        lookups.map(({ name, outcome }) => `${name} ${outcome}`),
        ['localhost ok'],
      )
    }).timeout(20_000)
  }
})

async function udpServer(answers: boolean): Promise<{ port: number; close: () => void }> {
  const socket = createSocket('udp4')
  socket.on('message', (_, peer) => answers && socket.send('hi', peer.port, peer.address))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return { port: socket.address().port, close: () => socket.close() }
}
