import assert from 'node:assert/strict'
import { askApi } from '../../src/collect/ask-api.ts'
import type { Question } from '../../src/model.ts'
import { connectTo } from './connect-to.ts'
import { type FakeApi, fakeApi, type Handler, status } from './fake-api.ts'

const question = (get: string) => ({ path: 'api/pods.json', reach: 'api', get }) as Extract<Question, { reach: 'api' }>
const never = new AbortController().signal

describe('asking the API', () => {
  let api: FakeApi
  const ask = async (handler: Handler, get = '/api/v1/namespaces/x/pods?labelSelector=a%3Db', timeout = 5000) => {
    api = await fakeApi(handler)
    const { http } = await connectTo(api.url, { timeout })
    return askApi(http, question(get), never)
  }
  afterEach(() => api.close())
  const page = (names: string[], next = '') => ({
    json: { kind: 'PodList', metadata: { continue: next }, items: names.map((name) => ({ metadata: { name } })) },
  })
  const names = (output: string) =>
    JSON.parse(output).items.map((item: { metadata: { name: string } }) => item.metadata.name)

  it('joins the pages of a list', async () => {
    const evidence = await ask(({ url }) => (url.includes('continue=p2') ? page(['c']) : page(['a', 'b'], 'p2')))
    assert.deepEqual(names(evidence.output), ['a', 'b', 'c'])
    assert.match(api.seen[1]!.url, /labelSelector=a%3Db&limit=500&continue=p2$/)
  })

  it('starts over without pages when the list changed under it', async () => {
    const evidence = await ask(({ url }) => {
      if (url.includes('continue')) return status(410, 'Expired', 'gone')
      return url.includes('limit') ? page(['a'], 'p2') : page(['a', 'b', 'c'])
    })
    assert.deepEqual(names(evidence.output), ['a', 'b', 'c'])
  })

  it('writes one field a line, so that a line can be cited', async () => {
    const evidence = await ask(() => page(['a']))
    assert.ok(evidence.output.split('\n').some((line) => line.trim() === '"name": "a"'))
  })

  it('keeps the newest events, and none about our own pods', async () => {
    const event = (name: string, lastTimestamp: string, about = 'web-a') => ({
      metadata: { name, uid: 'x', resourceVersion: '1' },
      involvedObject: { kind: 'Pod', name: about },
      lastTimestamp,
    })
    const old = Array.from({ length: 200 }, (_, i) => event(`old-${i}`, '2026-01-01T00:00:00Z'))
    const items = [
      event('new', '2026-02-01T00:00:00Z'),
      ...old,
      event('own', '2026-03-01T00:00:00Z', 'svc-debug-client-n1'),
    ]
    const evidence = await ask(
      () => ({ json: { kind: 'EventList', metadata: {}, items } }),
      '/api/v1/namespaces/x/events',
    )
    assert.equal(names(evidence.output).length, 150)
    assert.equal(names(evidence.output).at(-1), 'new')
    assert.doesNotMatch(evidence.output, /"uid"/)
  })

  it('keeps plain text as it is', async () => {
    const evidence = await ask(() => ({ text: 'line one\nline two\n' }), '/api/v1/namespaces/x/pods/y/log?tailLines=2')
    assert.equal(evidence.output, 'line one\nline two\n')
    assert.doesNotMatch(api.seen[0]!.url, /limit/)
  })

  const troubles: [string, Handler, string, RegExp][] = [
    ['a 403', () => status(403, 'Forbidden', 'pods is forbidden'), 'forbidden', /^pods is forbidden$/],
    ['a 404', () => status(404, 'NotFound', 'services "x" not found'), 'not-found', /services "x" not found/],
    [
      'HTML from a proxy',
      () => ({ status: 502, text: '<html><h1>Bad  Gateway</h1></html>' }),
      'failed',
      /^Bad Gateway$/,
    ],
    [
      'a kubelet out of reach',
      () =>
        status(
          500,
          'InternalError',
          'Get "https://n:10250/containerLogs": dial tcp 10.0.0.1:10250: connect: no route to host',
        ),
      'unreachable',
      /no route to host/,
    ],
    ['nothing at all', () => undefined, 'timeout', /i\/o timeout/],
  ]
  for (const [what, handler, kind, text] of troubles) {
    it(`makes ${what} evidence of kind ${kind}`, async () => {
      const evidence = await ask(handler, '/api/v1/pods', 200)
      assert.equal(evidence.trouble?.kind, kind)
      assert.match(evidence.trouble.text, text)
      assert.equal(evidence.output, '')
    })
  }
})
