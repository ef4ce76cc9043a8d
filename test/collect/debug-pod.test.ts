import assert from 'node:assert/strict'
import { debugPod, type PodKind } from '../../src/collect/debug-pod.ts'
import { matchesMap } from '../../src/facts/labels.ts'

const pod = (kind: PodKind, node = 'n1') =>
  debugPod({
    kind,
    namespace: 'default',
    node,
    image: 'registry.example/tools:1',
    run: 'abcd1234',
    serial: 3,
    command: ['sh', '-c', 'true'],
    service: 'default/web',
    creator: 'jane',
    now: Date.parse('2026-11-29T12:00:00Z'),
    lifetime: 240,
  })

interface Spec {
  containers: {
    resources: { limits: object; requests: object }
    securityContext: Record<string, unknown>
  }[]
  volumes: Record<string, unknown>[]
  [key: string]: unknown
}
const specOf = (kind: PodKind) => pod(kind).spec as Spec

describe('debug pod manifests', () => {
  it('of clients meet the Pod Security level restricted', () => {
    const { containers, volumes, securityContext, ...spec } = specOf('client')
    assert.deepEqual(securityContext, {
      runAsNonRoot: true,
      runAsUser: 65532,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    for (const { securityContext: own } of containers) {
      assert.equal(own.allowPrivilegeEscalation, false)
      assert.deepEqual(own.capabilities, { drop: ['ALL'] })
      assert.equal(own.privileged, undefined)
    }
    for (const name of ['hostNetwork', 'hostPID', 'hostIPC']) assert.equal(spec[name], undefined)
    assert.deepEqual(
      volumes.map((volume) => Object.keys(volume)),
      [['name', 'emptyDir']],
    )
  })

  it('of nodes have the host network and two capabilities, and are not privileged', () => {
    const { containers, ...spec } = specOf('node')
    assert.equal(spec.hostNetwork, true)
    assert.equal(spec.hostPID, undefined)
    assert.equal(spec.dnsPolicy, 'Default')
    const own = containers[0]!.securityContext
    assert.equal(own.privileged, false)
    assert.deepEqual(own.capabilities, { drop: ['ALL'], add: ['NET_ADMIN', 'NET_RAW'] })
  })

  for (const kind of ['client', 'node'] as const) {
    it(`of a ${kind} end by themselves, run on tainted nodes without the scheduler, and hold no token`, () => {
      const spec = specOf(kind)
      assert.equal(spec.nodeName, 'n1')
      assert.equal(spec.activeDeadlineSeconds, 240)
      assert.equal(spec.restartPolicy, 'Never')
      assert.equal(spec.terminationGracePeriodSeconds, 1)
      assert.deepEqual(spec.tolerations, [{ operator: 'Exists' }])
      assert.equal(spec.automountServiceAccountToken, false)
      assert.equal(spec.enableServiceLinks, false)
      // Quotas refuse pods without.
      assert.deepEqual(Object.keys(spec.containers[0]!.resources.limits), ['cpu', 'memory'])
      assert.deepEqual(Object.keys(spec.containers[0]!.resources.requests), ['cpu', 'memory'])
    })

    it(`of a ${kind} say whose they are, for which Service, and until when`, () => {
      const { labels, annotations } = pod(kind).metadata
      assert.equal(labels['app.kubernetes.io/managed-by'], 'kubectl-svc-debug')
      assert.equal(labels['svc-debug/run'], 'abcd1234')
      assert.equal(annotations['svc-debug/creator'], 'jane')
      assert.equal(annotations['svc-debug/service'], 'default/web')
      assert.equal(annotations['svc-debug/expires'], '2026-11-29T12:04:00.000Z')
      assert.equal(annotations['linkerd.io/inject'], 'disabled')
      assert.ok(!matchesMap({ app: 'web' }, labels))
    })
  }

  it('have names that are host names, whatever the node is called', () => {
    for (const node of ['n1', 'ip-10-0-0-1.eu-central-1.compute.internal', 'x'.repeat(200)]) {
      const { name } = pod('client', node).metadata
      assert.match(name, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/, name)
    }
    assert.notEqual(pod('client', 'x'.repeat(99)).metadata.name, pod('client', 'x'.repeat(98)).metadata.name)
  })
})
