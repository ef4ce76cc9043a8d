import assert from 'node:assert/strict'
import { confirmation } from '../../src/collect/plan/confirm.ts'
import type { Bundle, Cause, Cell, Question, Report } from '../../src/model.ts'

const at = '2026-11-29T12:00:00.000Z'
const question = (path: string): Question => ({ path, reach: 'node', node: path.split('/')[1]!, run: 'true' })
const bundle: Bundle = {
  target: { namespace: 'default', service: 'web' },
  evidence: new Map(
    [
      'nodes/n1/iptables-nft.txt',
      'nodes/n1/connect.txt',
      'nodes/n2/iptables-nft.txt',
      'clients/n0/connect.txt',
      'api/service.json',
    ].map((path) => [path, { question: question(path), at, output: '' }]),
  ),
}
const cell: Cell = {
  id: 'c1',
  from: { kind: 'client', node: 'n0' },
  to: { kind: 'cluster-ip' },
  attempts: [{ outcome: 'timeout', seconds: 4, proof: { path: 'clients/n0/connect.txt', line: 1 } }],
}
const report = (transient: boolean): Report => {
  const cause: Cause = {
    check: 'x',
    certainty: 'certain',
    follows: [],
    says: '',
    on: 'n1',
    proof: [{ path: 'nodes/n1/iptables-nft.txt', line: 3 }],
    explains: ['c1'],
    ...(transient ? { transient } : {}),
  }
  return {
    apiVersion: 'svc-debug/v1alpha1',
    kind: 'ServiceDiagnosis',
    target: bundle.target,
    verdict: { state: 'faulty', says: '', causes: [cause], unexplained: [] },
    checklist: [],
    cells: [cell],
    findings: [],
    unseen: [],
  }
}

describe('confirmation', () => {
  it('reads a passing state and the probes that it explains again, 20 s after the first time', () => {
    const { questions, wait } = confirmation(bundle, report(true), Date.parse(at) + 5000)
    assert.deepEqual(
      questions.map(({ path }) => path),
      ['nodes/n1/iptables-nft.txt', 'clients/n0/connect.txt'],
    )
    assert.equal(wait, 15_000)
  })

  it('reads the endpoints once more after that, where they were read twice', () => {
    const path = 'api/later/endpointslices.json'
    const asked: Question = { path, reach: 'api', get: '/' }
    const evidence = new Map([...bundle.evidence, [path, { question: asked, at, output: '' }] as const])
    const paths = confirmation({ ...bundle, evidence }, report(true), Date.parse(at)).questions.map((one) => one.path)
    assert.equal(paths.at(-1), path)
    assert.deepEqual(confirmation({ ...bundle, evidence }, report(false), Date.parse(at)).questions, [])
  })

  it('does not wait when enough time has passed', () => {
    assert.equal(confirmation(bundle, report(true), Date.parse(at) + 60_000).wait, 0)
  })

  it('asks nothing for a state that stays', () => {
    assert.deepEqual(confirmation(bundle, report(false), 0), { questions: [], wait: 0 })
  })
})
