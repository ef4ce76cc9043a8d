import assert from 'node:assert/strict'
import type { Drift } from '../../src/facts/drift.ts'
import type { Endpoint } from '../../src/facts/endpoints.ts'
import { everReady, lasting } from '../../src/facts/turnover.ts'

const drift = (kind: Drift['kind'], service = 'default/web', more: Partial<Drift> = {}): Drift => ({
  ...{ kind, node: 'n1', service, port: 'http', says: '', proof: [] },
  ...more,
})

describe('what outlasts a change of the endpoints', () => {
  it('is no rule that may have been right when it was read', () => {
    const passing = [
      drift('unexpected-drop'),
      drift('endpoint-missing'),
      drift('virtual-server', 'default/web', { emptied: true }),
    ]
    assert.deepEqual(lasting(passing, 'default/web'), [])
  })

  it('is every other difference, and all of another Service', () => {
    const stays = [drift('entry'), drift('virtual-server'), drift('endpoint-missing', 'kube-system/kube-dns')]
    assert.deepEqual(lasting(stays, 'default/web'), stays)
  })

  it('counts an endpoint as ready that was so in either reading', () => {
    const endpoint = (address: string, ready: boolean) => ({ address, ready }) as Endpoint
    const all = everReady([endpoint('10.0.0.1', false), endpoint('10.0.0.2', true)], {
      last: [endpoint('10.0.0.1', true)],
      rewritten: [],
    })
    assert.deepEqual(
      all.map(({ address, ready }) => `${address} ${ready}`),
      ['10.0.0.2 true', '10.0.0.1 true', '10.0.0.1 false'],
    )
  })
})
