import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import type { PodQuestion } from '../../src/collect/pod-order.ts'
import { runInPod } from '../../src/collect/pod-run.ts'
import { openPods } from '../../src/collect/pods.ts'
import { connectTo } from './connect-to.ts'
import { status } from './fake-api.ts'
import { type Behaviour, type FakeKube, fakeKube, framesOf, happened } from './fake-kube.ts'

const node = (file: string): PodQuestion => ({
  path: `nodes/n1/${file}`,
  reach: 'node',
  node: 'n1',
  run: `show ${file}`,
})
const client = (file: string): PodQuestion => ({
  path: `clients/n1/${file}`,
  reach: 'pod',
  node: 'n1',
  run: `show ${file}`,
})
const place = (kind: 'node' | 'client', startLimit = 2000) => ({
  kind,
  node: 'n1',
  namespace: 'ns',
  service: 'ns/web',
  startLimit,
})

describe('a debug pod', () => {
  let kube: FakeKube
  afterEach(() => kube.close())
  const start = async (behaviour: Behaviour = {}, signal?: AbortSignal) => {
    kube = await fakeKube(behaviour)
    const cluster = await connectTo(kube.url, signal ? { signal } : {})
    return { cluster, pods: openPods(cluster) }
  }

  it('answers all its questions and is removed', async () => {
    const { cluster, pods } = await start({ output: (_, snippet) => `did ${snippet}\n` })
    const evidence = await runInPod(cluster, pods, place('client'), [client('a.txt'), client('b.txt')])
    assert.deepEqual(
      evidence.map(({ question, output, trouble }) => [question.path, output, trouble]),
      [
        ['clients/n1/a.txt', 'did show a.txt\n', undefined],
        ['clients/n1/b.txt', 'did show b.txt\n', undefined],
      ],
    )
    assert.deepEqual(await pods.close(cluster.http), { deleted: [deletedName(kube)], left: [] })
    assert.deepEqual(kube.events, ['create client n1', 'log client n1', 'delete client n1'])
  })

  it('says which answers are there while others are still coming', async () => {
    const { cluster, pods } = await start()
    const seen: Set<string>[] = []
    await runInPod(cluster, pods, place('client'), [client('a.txt'), client('b.txt')], (paths) => seen.push(paths))
    assert.deepEqual([...seen.at(-1)!], ['clients/n1/a.txt', 'clients/n1/b.txt'])
  })

  const refusals: [string, number, string, string][] = [
    [
      'Pod Security',
      403,
      'pods "x" is forbidden: violates PodSecurity "restricted:latest": host namespaces',
      'refused',
    ],
    ['RBAC', 403, 'pods is forbidden: User "u" cannot create resource "pods" in API group ""', 'forbidden'],
    ['a quota', 403, 'pods "x" is forbidden: exceeded quota: q', 'refused'],
    ['a policy webhook', 400, 'admission webhook "k" denied the request', 'refused'],
  ]
  for (const [by, code, message, kind] of refusals) {
    it(`refused by ${by} is evidence of kind ${kind}`, async () => {
      const { cluster, pods } = await start({
        first: ({ method }) => (method === 'POST' ? status(code, 'Forbidden', message) : undefined),
      })
      const [evidence] = await runInPod(cluster, pods, place('node'), [node('links.jsonl')])
      assert.deepEqual(evidence?.trouble, { kind, text: message })
      assert.deepEqual(pods.leftovers(), [])
    })
  }

  it('without a fixed user is tried where OpenShift assigns users', async () => {
    const bodies: string[] = []
    const { cluster, pods } = await start({
      first: ({ method, body }) => {
        if (method !== 'POST') return undefined
        bodies.push(body)
        return bodies.length === 1
          ? status(
              403,
              'Forbidden',
              'unable to validate against any security context constraint: runAsUser: Invalid value: 65532',
            )
          : undefined
      },
    })
    const [evidence] = await runInPod(cluster, pods, place('client'), [client('a.txt')])
    assert.equal(evidence?.trouble, undefined)
    assert.match(bodies[0]!, /"runAsUser":65532/)
    assert.doesNotMatch(bodies[1]!, /runAsUser/)
  })

  it('that no kubelet takes says so', async () => {
    const { cluster, pods } = await start({ statusOf: () => ({ phase: 'Pending' }) })
    const [evidence] = await runInPod(cluster, pods, place('node', 400), [node('a.txt')])
    assert.equal(evidence?.trouble?.kind, 'unreachable')
    assert.match(evidence.trouble.text, /kubelet on n1 did not take a new pod/)
    await pods.close(cluster.http)
    assert.equal(kube.pods.size, 0)
  })

  it('that cannot be given a network says the CNI’s own words', async () => {
    const { cluster, pods } = await start({
      statusOf: () => ({ phase: 'Pending', startTime: 'now' }),
      objects: {
        '/api/v1/namespaces/ns/events': {
          items: [
            { reason: 'Old', message: 'old', lastTimestamp: '2026-01-01T00:00:00Z' },
            {
              reason: 'FailedCreatePodSandBox',
              message: 'plugin type="flannel" failed (add): open /run/flannel/subnet.env',
              lastTimestamp: '2026-01-02T00:00:00Z',
            },
          ],
        },
      },
    })
    const [evidence] = await runInPod(cluster, pods, place('client', 400), [client('a.txt')])
    assert.equal(evidence?.trouble?.kind, 'timeout')
    assert.match(evidence.trouble.text, /FailedCreatePodSandBox: plugin type="flannel" failed/)
  })

  it('that the kubelet will not admit says why', async () => {
    const { cluster, pods } = await start({
      statusOf: () => ({ phase: 'Failed', reason: 'OutOfpods', message: 'Node is full' }),
    })
    const [evidence] = await runInPod(cluster, pods, place('client'), [client('a.txt')])
    assert.deepEqual(evidence?.trouble, {
      kind: 'refused',
      text: 'the kubelet refused the pod: OutOfpods: Node is full',
    })
  })

  it('whose log cannot be reached reports through its termination messages', async () => {
    const { cluster, pods } = await start({
      logAnswer: () =>
        status(500, 'InternalError', 'Get "https://n1:10250": dial tcp 10.0.0.1:10250: connect: no route to host'),
      output: (_, snippet) => `${snippet} `.repeat(500),
      statusOf: (pod) => {
        if (!pod.spec.initContainers) return { phase: 'Running' }
        const text = gzipSync(framesOf(pod, (_, snippet) => `${snippet} `.repeat(500))).toString('base64')
        const piece = (name: string, index: number) => ({
          name,
          state: { terminated: { message: text.slice(index * 4096, (index + 1) * 4096) } },
        })
        return {
          phase: 'Succeeded',
          initContainerStatuses: [piece('probe', 0)],
          containerStatuses: [piece('piece-2', 2), piece('piece-1', 1)],
        }
      },
    })
    const questions = [node('iptables-nft.txt'), node('routes.jsonl'), node('connect.txt'), node('unknown.txt')]
    const evidence = await runInPod(cluster, pods, place('node'), questions)
    assert.equal(evidence[0]!.output, 'show iptables-nft.txt '.repeat(500))
    assert.equal(evidence[1]!.output, 'show routes.jsonl '.repeat(500))
    assert.equal(evidence[2]!.trouble, undefined)
    assert.equal(evidence[3]!.trouble?.kind, 'unreachable')
    assert.match(evidence[3]!.trouble!.text, /no route to host/)
    await pods.close(cluster.http)
    assert.equal(kube.pods.size, 0)
  })

  it('is removed by close after an abort, over a connection of its own', async () => {
    const stop = new AbortController()
    const { cluster, pods } = await start({ logAnswer: () => 'hang' }, stop.signal)
    const running = runInPod(cluster, pods, place('client'), [client('a.txt')])
    await happened(kube, 'log client n1')
    assert.equal(pods.leftovers().length, 1)
    assert.match(pods.leftovers()[0]!, /^kubectl delete pod -n ns svc-debug-client-n1-\S+ --grace-period=0 --force$/)
    stop.abort(new Error('Ctrl-C'))
    await assert.rejects(running)
    const fresh = await connectTo(kube.url)
    assert.deepEqual((await pods.close(fresh.http)).left, [])
    assert.equal(kube.pods.size, 0)
  })

  it('is removed when the server comes back during the clean-up', async () => {
    let away = true
    const { cluster, pods } = await start({
      first: ({ method }) => (away && method !== 'POST' ? { status: 500, json: {} } : undefined),
      logAnswer: () => 'hang',
    })
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'ns', labels: {}, annotations: {} },
    } as const
    await pods.create({ ...manifest, spec: { nodeName: 'n1', containers: [] } })
    setTimeout(() => {
      away = false
    }, 300)
    assert.deepEqual(await pods.close(cluster.http), { deleted: ['ns/p'], left: [] })
    assert.equal(kube.pods.size, 0)
  })

  it('cannot be created any more once the session is closed', async () => {
    const { cluster, pods } = await start()
    await pods.close(cluster.http)
    const [evidence] = await runInPod(cluster, pods, place('client'), [client('a.txt')])
    assert.match(evidence!.trouble!.text, /session is closed/)
    assert.deepEqual(kube.events, [])
  })

  it('that cannot be deleted is named with the command that deletes it', async () => {
    const { cluster, pods } = await start({
      first: ({ method }) => (method === 'DELETE' ? status(403, 'Forbidden', 'no') : undefined),
    })
    await runInPod(cluster, pods, place('client'), [client('a.txt')])
    const { left } = await pods.close(cluster.http)
    assert.equal(left.length, 1)
    assert.match(left[0]!, /^kubectl delete pod -n ns svc-debug-client-n1-/)
  })

  it('whose creation was never confirmed is found by its label', async () => {
    const { cluster, pods } = await start({
      first: ({ method, url }) => (method === 'POST' && url.includes('x') ? undefined : undefined),
    })
    await runInPod(cluster, pods, place('client'), [client('a.txt')])
    const lost = {
      ...kube.pods.values().next().value,
      metadata: { name: 'lost', namespace: 'ns', labels: {}, annotations: {} },
    }
    kube.pods.set('ns/lost', { ...lost, kind: 'client', looks: 0, spec: { nodeName: 'n9', containers: [] } })
    await pods.close(cluster.http)
    assert.ok(kube.events.includes('delete client n9'))
  })
})

function deletedName(kube: FakeKube): string {
  const post = kube.seen.find(({ method }) => method === 'POST')!
  return `ns/${JSON.parse(post.body).metadata.name}`
}
