import assert from 'node:assert/strict'
import { endpointChain, nftServiceName, serviceChain, servicePortName } from '../../src/expect/chain-names.ts'

describe("names of kube-proxy's chains", () => {
  it('are those of every cluster for default/kubernetes', () => {
    assert.equal(
      serviceChain('SVC', servicePortName('default', 'kubernetes', 'https'), 'tcp'),
      'KUBE-SVC-NPX46M4PTMTKRN6Y',
    )
  })

  it('are those of the upstream tests', () => {
    assert.equal(serviceChain('SVC', servicePortName('ns1', 'svc1', 'p80'), 'tcp'), 'KUBE-SVC-XPGD46QRK7WJZT7O')
    assert.equal(endpointChain('ns1/svc1:p80', 'tcp', { address: '10.180.0.1', port: 80 }), 'KUBE-SEP-SXIVWICOYRO3J4NJ')
    assert.equal(nftServiceName('ns1', 'svc1', 'p80', 'tcp'), 'ULMVA6XW-ns1/svc1/tcp/p80')
  })

  it('leave out the colon of an unnamed port', () => {
    assert.equal(servicePortName('default', 'one', ''), 'default/one')
  })
})
