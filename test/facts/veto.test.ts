import assert from 'node:assert/strict'
import { vetoOf } from '../../src/facts/veto.ts'

const failed =
  'Error updating Endpoint Slices for Service default/web: failed to create EndpointSlice for Service default/web:'

describe('who refused a write', () => {
  it('is the quota, with the number that makes room', () => {
    const message = `${failed} endpointslices.discovery.k8s.io "web-x" is forbidden: exceeded quota: frugal, requested: count/endpointslices.discovery.k8s.io=1, used: count/endpointslices.discovery.k8s.io=1, limited: count/endpointslices.discovery.k8s.io=0`
    const veto = vetoOf(message, 'shop')
    assert.equal(
      veto?.says,
      'ResourceQuota frugal allows 0 of count/endpointslices.discovery.k8s.io, and there is 1 already',
    )
    assert.equal(
      veto?.fix[1],
      `kubectl -n shop patch resourcequota frugal --type=merge -p '{"spec":{"hard":{"count/endpointslices.discovery.k8s.io":"11"}}}'`,
    )
  })

  it('is a webhook that says no, or one that does not answer', () => {
    const denied = vetoOf(`${failed} admission webhook "slices.guard.example" denied the request: no more`, 'shop')
    assert.equal(
      denied?.says,
      'the admission webhook slices.guard.example rejects what the controller writes (no more)',
    )
    const gone = vetoOf(
      `${failed} Internal error occurred: failed calling webhook "slices.guard.example": connection refused`,
      'shop',
    )
    assert.match(gone?.says ?? '', /is asked about .* does not answer \(connection refused\)$/)
  })

  it('is an admission policy', () => {
    const veto = vetoOf(
      `${failed} ValidatingAdmissionPolicy 'no-slices' with binding 'everywhere' denied request: frozen`,
      'shop',
    )
    assert.match(veto?.fix[1] ?? '', /delete validatingadmissionpolicybinding everywhere$/)
  })

  it('is nobody where the message does not say so', () => {
    assert.equal(vetoOf(`${failed} timed out`, 'shop'), undefined)
  })
})
