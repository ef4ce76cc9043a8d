import assert from 'node:assert/strict'
import type { Cause, Report } from '../../src/model.ts'
import { exitCodeFor, unmet } from './scenario-expect.ts'

const overlay: Cause = {
  check: 'ul-overlay-udp-blocked',
  on: 'node n1',
  says: 'n1 drops the overlay port',
  near: '8472/tcp is open',
  proof: [],
  explains: ['a'],
  certainty: 'certain',
  follows: [],
}

function report(state: Report['verdict']['state'], ...causes: Cause[]): Report {
  return {
    apiVersion: 'svc-debug/v1alpha1',
    kind: 'ServiceDiagnosis',
    target: { namespace: 'default', service: 'web' },
    verdict: { state, says: '', causes, unexplained: [] },
    checklist: [],
    cells: [],
    findings: [],
    unseen: [],
  }
}

describe('what an expectation misses', () => {
  const first = { check: 'ul-overlay-udp-blocked', on: 'n1' }

  it('is nothing when the first cause has the id and stands on the node', () => {
    assert.deepEqual(unmet(report('faulty', overlay), { state: 'faulty', first, near: '8472/tcp' }), [])
  })

  it('names another cause, another node and a longer node name', () => {
    const other = { ...overlay, check: 'ul-ip-forward-off' }
    assert.match(unmet(report('faulty', other), { state: 'faulty', first }).join(), /first cause is not .* but ul-ip/)
    for (const on of ['node n2', 'node n10']) {
      assert.match(unmet(report('faulty', { ...overlay, on }), { state: 'faulty', first }).join(), /first cause is not/)
    }
  })

  it('names a cause too many and a state that is not the expected one', () => {
    const two = report('faulty', overlay, { ...overlay, check: 'hairpin-veth-off' })
    assert.match(unmet(two, { state: 'faulty', first }).join(), /more causes than expected/)
    assert.match(unmet(report('undetermined'), { state: 'faulty' }).join(), /state is undetermined/)
  })

  it('wants all of several causes, in any order', () => {
    const hairpin = { ...overlay, check: 'hairpin-veth-off', on: 'n2' }
    const also = [first, { check: 'hairpin-veth-off', on: 'n2' }]
    assert.deepEqual(unmet(report('faulty', hairpin, overlay), { state: 'faulty', also }), [])
    assert.match(
      unmet(report('faulty', overlay), { state: 'faulty', also }).join(),
      /hairpin-veth-off on n2 is not among/,
    )
  })

  it('holds a healthy cluster to no finding at all', () => {
    const loud = report('healthy')
    loud.findings = [{ check: 'ul-rp-filter', on: 'n1', state: 'fail', says: '' }]
    assert.equal(unmet(loud, { state: 'healthy' }).length, 1)
    loud.findings = [{ check: 'ul-rp-filter', on: 'n1', state: 'remark', says: '' }]
    assert.deepEqual(unmet(loud, { state: 'healthy' }), [])
  })
})

describe('the exit code', () => {
  it('is 0, 1 or 2 by the state', () => {
    assert.deepEqual([report('healthy'), report('faulty'), report('undetermined')].map(exitCodeFor), [0, 1, 2])
  })
})
