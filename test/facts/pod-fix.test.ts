import assert from 'node:assert/strict'
import { recreatePod } from '../../src/facts/pod-fix.ts'

const pod = (ownerReferences?: object[]) =>
  [{ object: { metadata: { namespace: 'shop', name: 'web-1', ...(ownerReferences && { ownerReferences }) } } }] as never

describe('how a pod is made anew', () => {
  it('is by its controller, or by its own manifest where it has none', () => {
    const deleted = 'kubectl -n shop delete pod web-1'
    assert.equal(recreatePod('shop/web-1', pod([{ kind: 'ReplicaSet', name: 'web', controller: true }])), deleted)
    const written = 'kubectl -n shop get pod web-1 -o yaml | kubectl replace --force -f -'
    assert.equal(recreatePod('shop/web-1', pod([{ kind: 'Node', name: 'n1' }])), written)
    assert.equal(recreatePod('shop/web-1', pod()), written)
  })

  it('is by deletion where the pod was not read, for most have a controller', () => {
    assert.equal(recreatePod('other/web-1', pod()), 'kubectl -n other delete pod web-1')
  })
})
