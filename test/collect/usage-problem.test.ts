import assert from 'node:assert/strict'
import { absentQuestions } from '../../src/collect/plan/absent.ts'
import { usageProblem } from '../../src/collect/usage-problem.ts'
import type { Bundle, Evidence, Trouble } from '../../src/model.ts'

function answer(path: string, body: object | undefined, trouble?: Trouble): [string, Evidence] {
  const question = { path, reach: 'api', get: '/' } as const
  const output = body ? JSON.stringify(body) : ''
  return [path, { question, at: '2026-11-30T12:00:00Z', output, ...(trouble ? { trouble } : {}) }]
}

function without(services: string[], quota: { hard: object; used: object }): Bundle {
  const items = services.map((name) => ({ metadata: { name, namespace: 'shop' } }))
  return {
    target: { namespace: 'shop', service: 'web' },
    evidence: new Map([
      answer('api/service.json', undefined, { kind: 'not-found', text: 'services "web" not found' }),
      answer('api/services.json', { items }),
      answer('api/all-services.json', { items }),
      answer('api/resourcequotas.json', { items: [{ metadata: { name: 'frugal' }, status: quota }] }),
    ]),
  }
}

describe('a Service that is not there', () => {
  it('has the quota asked for, which no Service that is there has', () => {
    const bundle = without([], { hard: {}, used: {} })
    assert.deepEqual(
      absentQuestions(bundle).map((question) => 'get' in question && question.get),
      ['/api/v1/namespaces/shop/resourcequotas'],
    )
    bundle.evidence.set(...answer('api/service.json', {}))
    assert.deepEqual(absentQuestions(bundle), [])
  })

  it('cannot be made where the quota of its namespace is used up', () => {
    const problem = usageProblem(without(['api'], { hard: { services: '1' }, used: { services: '1' } }), false)
    assert.match(problem!.next, /^Nobody can make it: ResourceQuota frugal allows namespace shop 1 Services/)
  })

  it('is looked for under other names where there is room, and before all where a name is near', () => {
    const room = usageProblem(without(['api'], { hard: { services: '2' }, used: { services: '1' } }), false)
    assert.equal(room!.next, 'Services in namespace shop: api')
    const near = usageProblem(without(['wed'], { hard: { services: '1' }, used: { services: '1' } }), false)
    assert.match(near!.next, /^Did you mean wed\?/)
  })
})
