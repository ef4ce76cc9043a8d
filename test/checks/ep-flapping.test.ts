import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { readBundle } from '../../src/bundle.ts'
import check from '../../src/checks/ep-flapping.ts'
import { type Facts, readFacts } from '../../src/facts/facts.ts'

async function factsOf(scenario: string): Promise<Facts> {
  const path = fileURLToPath(new URL(`../scenarios/${scenario}/iptables.tgz`, import.meta.url))
  const known = readFacts(await readBundle(path))
  const values = Object.entries(known).flatMap(([name, one]) => ('value' in one ? [[name, one.value]] : []))
  return Object.fromEntries(values) as Facts
}

describe('ep-flapping', () => {
  let facts: Facts
  before(async () => {
    facts = await factsOf('readiness-flaps')
  })

  it('names pods that turn between ready and not ready, with the event that says why', () => {
    const [fault, ...more] = check.run(facts)
    assert.equal(more.length, 0)
    assert.match(fault!.says, /^All pods of Service default\/web are ready and not ready by turns, .*: busy\.$/)
    assert.ok(fault!.explains.length > 0)
    assert.ok(fault!.proof.some(({ path }) => path === 'api/later/endpointslices.json'))
  })

  it('says nothing where the endpoints stood still, or were read once only', () => {
    assert.deepEqual(check.run({ ...facts, turnover: { last: facts.turnover.last, rewritten: [] } }), [])
    assert.deepEqual(check.run({ ...facts, turnover: { last: undefined, rewritten: [] } }), [])
  })

  it('says nothing where other pods took their place', () => {
    const last = facts.turnover.last!.map((one) => ({ ...one, pod: `${one.pod}-next` }))
    assert.deepEqual(check.run({ ...facts, turnover: { ...facts.turnover, last } }), [])
  })

  it('takes one turn alone for no series', () => {
    const ready = (on: boolean) => facts.endpoints.map((one) => ({ ...one, ready: on }))
    const longAgo = facts.pods.map((pod) => {
      const conditions = pod.object.status?.conditions?.map((one) => ({
        ...one,
        lastTransitionTime: '2020-01-01T00:00:00Z',
      }))
      return { ...pod, object: { ...pod.object, status: { ...pod.object.status, conditions } } }
    }) as Facts['pods']
    const once = { last: ready(false), rewritten: [{ slice: 'web-1', times: 2, proof: [] }] }
    assert.deepEqual(check.run({ ...facts, endpoints: ready(true), pods: longAgo, turnover: once }), [])
  })

  it('blames no refusal on pods that flap while another one stays ready', () => {
    const steady = { ...facts.endpoints[0]!, address: '10.244.9.9', pod: 'default/steady', ready: true }
    const last = [...facts.turnover.last!, steady]
    const [fault] = check.run({
      ...facts,
      endpoints: [...facts.endpoints, steady],
      turnover: { ...facts.turnover, last },
    })
    assert.match(fault!.says, /^2 of 3 pods /)
    assert.deepEqual(fault!.explains, [])
  })
})
