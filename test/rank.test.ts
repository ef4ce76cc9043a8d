import assert from 'node:assert/strict'
import type { Cell, Fault } from '../src/model.ts'
import { type RankInput, rank } from '../src/rank.ts'

const cell = (id: string): Cell => ({
  id,
  from: { kind: 'client', node: 'n1' },
  to: { kind: 'cluster-ip', ip: '10.96.0.50', port: 80, protocol: 'tcp' },
  attempts: [{ outcome: 'timeout', seconds: 4, proof: { path: 'clients/n1/connect.txt', line: 1 } }],
})

const fault = (explains: string[], more: Partial<Fault> = {}): Fault => ({
  says: `explains ${explains.join()}`,
  on: 'n1',
  proof: [],
  explains,
  ...more,
})

const ask = (input: Partial<RankInput>) =>
  rank({
    suspects: [],
    edges: new Map(),
    hard: ['a', 'b', 'c'].map(cell),
    soft: [],
    subject: 'Service default/web',
    tried: true,
    unseen: [],
    ...input,
  })

describe('ranking', () => {
  it('takes the fault that explains most, and another one only for what is left', () => {
    const { causes, state, unexplained } = ask({
      suspects: [
        { check: 'small', fault: fault(['a']) },
        { check: 'large', fault: fault(['a', 'b']) },
        { check: 'other', fault: fault(['c']) },
      ],
    })
    assert.deepEqual([state, causes.map((c) => c.check), unexplained], ['faulty', ['large', 'other'], []])
  })

  it('drops a fault that follows from another one, over several steps, and says what follows', () => {
    const { causes } = ask({
      suspects: [
        { check: 'symptom', fault: fault(['a', 'b', 'c']) },
        { check: 'root', fault: fault(['a', 'b', 'c']) },
      ],
      edges: new Map([
        ['root', ['between']],
        ['between', ['symptom']],
      ]),
    })
    assert.deepEqual(
      causes.map((c) => [c.check, c.follows]),
      [['root', ['symptom']]],
    )
  })

  it('keeps a fault that explains more than those that lead to it', () => {
    const { causes } = ask({
      suspects: [
        { check: 'root', fault: fault(['a']) },
        { check: 'symptom', fault: fault(['a', 'b', 'c']) },
      ],
      edges: new Map([['root', ['symptom']]]),
    })
    assert.equal(causes[0]?.check, 'symptom')
  })

  it('prefers what is proved over what is likely where both explain the same', () => {
    const { causes } = ask({
      suspects: [
        { check: 'likely', fault: fault(['a', 'b', 'c'], { unsure: 'the log was not read' }) },
        { check: 'certain', fault: fault(['a', 'b', 'c']) },
      ],
    })
    assert.deepEqual(
      causes.map((c) => [c.check, c.certainty]),
      [['certain', 'certain']],
    )
  })

  it('never makes a cause of a fault that explains no failed probe', () => {
    const { state, causes, unexplained } = ask({ suspects: [{ check: 'remark', fault: fault([]) }] })
    assert.deepEqual([state, causes, unexplained], ['undetermined', [], ['a', 'b', 'c']])
  })

  it('says healthy only when something was tried', () => {
    assert.equal(ask({ hard: [] }).state, 'healthy')
    assert.equal(ask({ hard: [], tried: false }).state, 'undetermined')
  })

  it('lets a failed control count once a cause explains it, and not before', () => {
    assert.equal(ask({ hard: [], soft: [cell('control')] }).state, 'healthy')
    const { state, causes } = ask({
      hard: [],
      soft: [cell('control')],
      suspects: [{ check: 'root', fault: fault(['control']) }],
    })
    assert.deepEqual([state, causes[0]?.check], ['faulty', 'root'])
  })
})
