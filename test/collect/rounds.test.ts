import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSession } from '../../src/collect/collect.ts'
import type { CollectOptions, Session, Suspect } from '../../src/collect/session.ts'
import type { Bundle } from '../../src/model.ts'
import { status } from './fake-api.ts'
import { type Behaviour, type FakeKube, fakeKube, happened } from './fake-kube.ts'
import { objects } from './world.ts'

describe('a session', () => {
  let kube: FakeKube
  let dir: string
  let session: Session
  let stop: AbortController
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'session-test-'))
  })
  after(() => rm(dir, { recursive: true }))
  afterEach(() => kube.close())

  const open = async (behaviour: Behaviour = {}) => {
    kube = await fakeKube({ objects, ...behaviour })
    const file = join(dir, 'config')
    const cluster = { name: 'c', cluster: { server: kube.url } }
    await writeFile(
      file,
      JSON.stringify({
        clusters: [cluster],
        contexts: [{ name: 'c', context: { cluster: 'c' } }],
        'current-context': 'c',
      }),
    )
    stop = new AbortController()
    session = await openSession({ flags: { kubeconfig: file }, env: {}, version: '1.2.3', signal: stop.signal })
  }
  const options = (more: Partial<CollectOptions> = {}): CollectOptions => ({
    service: 'web',
    nodeProbes: 'ask',
    consent: async () => new Set(),
    progress: () => undefined,
    suspects: () => [],
    ...more,
  })
  const suspectOnce = (...names: string[]) => {
    const list: Suspect[] = names.map((node) => ({ node, why: 'probes there fail' }))
    // Suspicion needs a probe: none before the first client has answered.
    return (bundle: Bundle) => (bundle.evidence.has('clients/n0/connect.txt') ? list : [])
  }
  const at = (event: string) => {
    const index = kube.events.indexOf(event)
    assert.ok(index >= 0, `${event} is missing in ${kube.events.join(', ')}`)
    return index
  }

  it('probes a healthy Service from a node without endpoint first, then from the others, and creates nothing privileged', async () => {
    await open()
    const bundle = await session.collect(options({ consent: () => assert.fail() }))
    assert.deepEqual(bundle.target, { namespace: 'default', service: 'web' })
    assert.ok(at('log client n0') < at('create client n1'))
    at('create client n2')
    assert.ok(!kube.events.some((event) => event.includes('node ')))
    assert.equal(bundle.evidence.get('clients/n2/connect.txt')?.output, 'answer\n')
    assert.deepEqual([...bundle.evidence.keys()], [...bundle.evidence.keys()].sort())
    assert.deepEqual((await session.close()).left, [])
    assert.equal(kube.pods.size, 0)
  })

  it('reads a suspect node before a client pod starts there', async () => {
    await open()
    const offered: Suspect[][] = []
    const bundle = await session.collect(
      options({
        suspects: suspectOnce('n1'),
        consent: async (suspects, plan) => {
          offered.push(suspects)
          assert.deepEqual(plan.capabilities, ['NET_ADMIN', 'NET_RAW'])
          assert.ok(plan.questions.get('n1')!.some(({ path }) => path === 'nodes/n1/iptables-nft.txt'))
          return new Set(['n1'])
        },
      }),
    )
    assert.deepEqual(offered, [[{ node: 'n1', why: 'probes there fail' }]])
    assert.ok(at('log node n1') < at('create client n1'))
    assert.equal(bundle.evidence.get('nodes/n1/routes.jsonl')?.output, 'answer\n')
    assert.equal(bundle.evidence.has('nodes/n2/routes.jsonl'), false)
  })

  it('reads the endpoints once more when all has been tried', async () => {
    await open()
    const bundle = await session.collect(options({ nodeProbes: 'always' }))
    const at = (path: string) => bundle.evidence.get(path)?.at ?? assert.fail(path)
    for (const path of ['nodes/n1/iptables-nft.txt', 'clients/n2/connect.txt'])
      assert.ok(at(path) <= at('api/later/endpointslices.json'), path)
  })

  it('files what the user declined as such, and does not ask again', async () => {
    await open()
    let calls = 0
    const bundle = await session.collect(
      options({
        suspects: suspectOnce('n1'),
        consent: async () => {
          calls++
          return new Set()
        },
      }),
    )
    assert.equal(calls, 1)
    assert.equal(bundle.evidence.get('nodes/n1/iptables-nft.txt')?.trouble?.kind, 'declined')
    assert.ok(!kube.events.some((event) => event.startsWith('create node')))
    at('create client n1')
  })

  it('never asks with --node-probes=never', async () => {
    await open()
    const bundle = await session.collect(
      options({ nodeProbes: 'never', suspects: suspectOnce('n1'), consent: () => assert.fail() }),
    )
    assert.match(bundle.evidence.get('nodes/n1/links.jsonl')!.trouble!.text, /--node-probes=never/)
    assert.ok(!kube.events.some((event) => event.includes('node n')))
  })

  it('reads every node in play before any client pod with --node-probes=always', async () => {
    await open()
    const bundle = await session.collect(options({ nodeProbes: 'always', consent: () => assert.fail() }))
    for (const name of ['n0', 'n1', 'n2']) {
      assert.ok(at(`log node ${name}`) < at(`create client ${name}`))
      assert.equal(bundle.evidence.get(`nodes/${name}/sysctls.txt`)?.output, 'answer\n')
    }
  })

  it('puts node pods into kube-system where the Service’s namespace does not admit them', async () => {
    await open({
      first: ({ method, url, body }) =>
        method === 'POST' && url.startsWith('/api/v1/namespaces/default/pods') && body.includes('hostNetwork')
          ? status(403, 'Forbidden', 'violates PodSecurity "restricted"')
          : undefined,
    })
    let namespace = ''
    await session.collect(
      options({
        suspects: suspectOnce('n1'),
        consent: async (_, plan) => {
          namespace = plan.namespace
          return new Set(['n1'])
        },
      }),
    )
    assert.equal(namespace, 'kube-system')
    assert.ok(
      kube.seen.some(
        ({ method, url }) => method === 'POST' && url.startsWith('/api/v1/namespaces/kube-system/pods?fieldManager'),
      ),
    )
  })

  it('does not ask the user for what the cluster refuses anyway', async () => {
    await open({
      first: ({ method, body }) =>
        method === 'POST' && body.includes('hostNetwork')
          ? status(403, 'Forbidden', 'violates PodSecurity')
          : undefined,
    })
    const bundle = await session.collect(options({ suspects: suspectOnce('n1'), consent: () => assert.fail() }))
    assert.equal(bundle.evidence.get('nodes/n1/links.jsonl')?.trouble?.kind, 'refused')
  })

  it('returns what it has when the time is up', async () => {
    await open({ statusOf: () => ({ phase: 'Pending', startTime: 'x' }) })
    const bundle = await session.collect(options({ timeout: 700 }))
    assert.equal(bundle.evidence.get('api/service.json')?.trouble, undefined)
    assert.match(bundle.evidence.get('clients/n0/connect.txt')!.trouble!.text, /time limit of the whole run/)
    assert.deepEqual((await session.close()).left, [])
    assert.equal(kube.pods.size, 0)
  })

  it('says that the server does not answer when not even the Service came in time', async () => {
    await open({ first: () => 'hang' })
    await assert.rejects(session.collect(options({ timeout: 300 })), /Unable to connect to the server: .*i\/o timeout/)
  })

  it('ends at once at the signal, and leaves nothing behind', async () => {
    await open({ logAnswer: () => 'hang' })
    const running = session.collect(options())
    await happened(kube, 'log client n0')
    stop.abort(new Error('Ctrl-C'))
    await assert.rejects(running, /Ctrl-C/)
    assert.equal(session.leftovers().length, 1)
    assert.deepEqual((await session.close()).left, [])
    assert.equal(kube.pods.size, 0)
  })

  it('names near Services when there is none of that name', async () => {
    await open({
      objects: { ...objects, '/api/v1/namespaces/default/services': { items: [{ metadata: { name: 'web' } }] } },
    })
    await assert.rejects(session.collect(options({ service: 'wbe' })), (error: Error & { next?: string }) => {
      assert.match(error.message, /^Error from server \(NotFound\): /)
      assert.match(error.next ?? '', /^Did you mean web\?/)
      return true
    })
  })

  it('asks more with new pods, and adds the answers to the bundle', async () => {
    await open()
    const bundle = await session.collect(options())
    const path = 'clients/confirm/n1/connect.txt'
    const declinedPath = 'nodes/n1/links.jsonl'
    const evidence = await session.askMore([
      { path, reach: 'pod', node: 'n1', run: 'true' },
      { path: declinedPath, reach: 'node', node: 'n1', run: 'true' },
    ])
    assert.deepEqual(evidence.map(({ question, trouble }) => [question.path, trouble?.kind]).sort(), [
      [path, undefined],
      [declinedPath, 'declined'],
    ])
    assert.equal(bundle.evidence.get(path)?.output, 'answer\n')
    await session.close()
    assert.equal(kube.pods.size, 0)
  })

  it('plans without creating anything', async () => {
    const review = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    await open({
      first: ({ url, body }) =>
        url === review
          ? { status: 201, json: { status: { allowed: !body.includes('"subresource":"exec"') } } }
          : undefined,
    })
    const plan = await session.plan(options())
    assert.ok(!kube.seen.some(({ method, url }) => method !== 'GET' && url !== review))
    const denied = plan.permissions?.filter(({ allowed }) => !allowed)
    assert.deepEqual(denied, [{ verb: 'create', resource: 'pods/exec', namespace: 'default', allowed: false }])
    const paths = plan.questions.map(({ path }) => path)
    assert.equal(new Set(paths).size, paths.length)
    for (const path of [
      'api/service.json',
      'clients/n0/connect.txt',
      'nodes/n2/nft.jsonl',
      'pods/default/web-a/hairpin.txt',
    ]) {
      assert.ok(paths.includes(path), path)
    }
    assert.equal(plan.pods.length, 6)
  })

  it('removes everybody’s debug pods with cleanup', async () => {
    await open()
    await session.collect(options())
    const item = { metadata: { name: 'old', namespace: 'x', labels: {}, annotations: {} }, spec: { nodeName: 'n5' } }
    kube.pods.set('x/old', { ...item, kind: 'client', looks: 0, spec: { nodeName: 'n5', containers: [] } })
    const all = { items: [item] }
    Object.assign(objects, { '/api/v1/pods': all })
    assert.deepEqual(await session.cleanup(), { deleted: ['x/old'], left: [] })
    delete objects['/api/v1/pods']
    assert.ok(kube.events.includes('delete client n5'))
  })
})
