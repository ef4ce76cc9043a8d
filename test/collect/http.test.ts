import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { NoAnswer } from '../../src/collect/errors.ts'
import { connectTo } from './connect-to.ts'
import { type FakeApi, fakeApi, type Handler, status } from './fake-api.ts'

describe('http', () => {
  let api: FakeApi
  const serve = async (handler: Handler) => {
    api = await fakeApi(handler)
    return api.url
  }
  afterEach(() => api.close())

  it('asks again after 429 as soon as the server allows, and no sooner', async () => {
    const times: number[] = []
    const url = await serve(() => {
      times.push(Date.now())
      return times.length === 1
        ? { ...status(429, 'TooManyRequests', 'slow'), headers: { 'retry-after': '1' } }
        : { json: { ok: true } }
    })
    const { http } = await connectTo(url)
    const answer = await http({ path: '/api' })
    assert.equal(answer.status, 200)
    assert.ok(times[1]! - times[0]! >= 990, `asked again after ${times[1]! - times[0]!} ms`)
  })

  it('gives the refusal after the fourth 503', async () => {
    const url = await serve(() => ({ ...status(503, 'ServiceUnavailable', 'no'), headers: { 'retry-after': '0' } }))
    const { http } = await connectTo(url)
    assert.equal((await http({ path: '/api' })).status, 503)
    assert.equal(api.seen.length, 4)
  })

  it('does not send a POST twice', async () => {
    const url = await serve(() => status(503, 'ServiceUnavailable', 'no'))
    const { http } = await connectTo(url)
    assert.equal((await http({ method: 'POST', path: '/api', body: { a: 1 } })).status, 503)
    assert.equal(api.seen.length, 1)
    assert.equal(api.seen[0]!.body, '{"a":1}')
  })

  it('asks again when the connection is reset', async () => {
    let calls = 0
    const url = await serve((_, response) => {
      calls++
      if (calls > 1) return { json: {} }
      response.socket?.resetAndDestroy()
      return undefined
    })
    const { http } = await connectTo(url)
    assert.equal((await http({ path: '/api' })).status, 200)
    assert.equal(calls, 2)
  })

  it('ends a request to a silent server by itself', async () => {
    const url = await serve(() => undefined)
    const { http } = await connectTo(url, { timeout: 100 })
    await assert.rejects(
      http({ path: '/api' }),
      (error: unknown) => error instanceof NoAnswer && error.code === 'TIMEOUT',
    )
  })

  it('ends at the signal with its reason', async () => {
    const url = await serve(() => undefined)
    const stop = new AbortController()
    const { http } = await connectTo(url, { signal: stop.signal })
    const asked = http({ path: '/api' })
    setTimeout(() => stop.abort(new Error('enough')), 50)
    await assert.rejects(asked, /enough/)
  })

  it('uses one connection for requests in a row', async () => {
    const ports = new Set<number | undefined>()
    const url = await serve((_, response) => {
      ports.add(response.socket?.remotePort)
      return { json: {} }
    })
    const { http } = await connectTo(url)
    for (let i = 0; i < 5; i++) await http({ path: '/api' })
    assert.equal(ports.size, 1)
  })

  it('unpacks gzipped answers', async () => {
    const url = await serve((request, response) => {
      assert.equal(request.headers['accept-encoding'], 'gzip')
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync('{"a":"ä"}'))
      return undefined
    })
    const { http } = await connectTo(url)
    assert.equal((await http({ path: '/api' })).body, '{"a":"ä"}')
  })

  it('passes on warnings of the server', async () => {
    const url = await serve(() => ({
      json: {},
      headers: { warning: '299 - "would violate \\"restricted\\"", 299 - "second"' },
    }))
    const { http, warnings } = await connectTo(url)
    await http({ path: '/api' })
    assert.deepEqual(warnings, ['would violate "restricted"', 'second'])
  })

  it('sends each impersonated group as a header of its own', async () => {
    const url = await serve(() => ({ json: {} }))
    const { http } = await connectTo(url, {
      flags: { as: 'jane', asGroup: ['g1', 'g2'], asUserExtra: ['team=a', 'team=b'] },
    })
    await http({ path: '/api' })
    const sent = api.seen[0]!.rawHeaders
    const values = (name: string) => sent.filter((_, i) => i % 2 === 1 && sent[i - 1]!.toLowerCase() === name)
    assert.deepEqual(values('impersonate-user'), ['jane'])
    assert.deepEqual(values('impersonate-group'), ['g1', 'g2'])
    assert.deepEqual(values('impersonate-extra-team'), ['a', 'b'])
  })

  it('never shows the token in its traces', async () => {
    const url = await serve(() => ({ json: {} }))
    const { http, traces } = await connectTo(url, { user: { token: 'very-secret' } })
    await http({ path: '/api' })
    assert.equal(api.seen[0]!.headers.authorization, 'Bearer very-secret')
    assert.ok(traces.some((line) => /^6 GET http.*\/api 200 in \d+ milliseconds$/.test(line)))
    assert.ok(traces.some((line) => line.startsWith('8 Request headers')))
    assert.ok(!traces.join('\n').includes('very-secret'))
  })

  it('hands over a stream as it comes', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200)
      response.write('one')
      setTimeout(() => response.end('two'), 100)
      return undefined
    })
    const { http } = await connectTo(url)
    const chunks: string[] = []
    await http({ path: '/log', onData: (chunk) => chunks.push(chunk.toString()) })
    assert.deepEqual(chunks, ['one', 'two'])
  })

  it('gives up on a stream whose first byte does not come', async () => {
    const url = await serve(() => undefined)
    const { http } = await connectTo(url)
    await assert.rejects(http({ path: '/log', onData: () => undefined, firstByte: 50 }), /no answer within 0.05 s/)
  })

  it('names the refused connection', async () => {
    const url = await serve(() => ({}))
    await api.close()
    const { http } = await connectTo(url)
    await assert.rejects(
      http({ path: '/api' }),
      (error: unknown) => error instanceof NoAnswer && error.code === 'ECONNREFUSED',
    )
  })
})
