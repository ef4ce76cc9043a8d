import assert from 'node:assert/strict'
import type { Course } from '../../src/walk/world.ts'
import { misfit } from './expectation.ts'
import type { Fate } from './fate.ts'

const outside = new Map([['172.30.0.50', 'x']])
const back: Course['back'] = { steps: [], end: { fate: 'delivered', to: { ip: '10.244.1.2' } } }
const lostBack: Course['back'] = {
  steps: [],
  end: { fate: 'dropped', node: 'n1', at: 'n1/filter/INPUT', by: 'a rule', proof: [] },
} as const
const course = (end: Course['end'], way?: Course['back']): Course => ({
  share: 1,
  steps: [],
  end,
  ...(way ? { back: way } : {}),
})
const delivered: Course['end'] = {
  fate: 'delivered',
  to: { ip: '10.244.1.3', port: 8080, node: 'n1', pod: 'default/a1' },
}
const reached: Fate['reached'] & object = { ns: 'a1', source: '10.244.1.2', destination: '10.244.1.3', dport: 8080 }

describe('whether a course fits what the kernel did', () => {
  const fits = (c: Course, fate: Fate) => misfit(c, fate, 4, outside) === undefined

  it('takes a delivery with its answer only for an answered probe', () => {
    assert.ok(fits(course(delivered, back), { reached, sender: 'answered' }))
    assert.ok(!fits(course(delivered, back), { reached, sender: 'silent' }))
    assert.ok(!fits(course(delivered, back), { sender: 'silent' }))
  })

  it('takes a delivery whose answer is lost only for silence', () => {
    assert.ok(fits(course(delivered, lostBack), { reached, sender: 'silent' }))
    assert.ok(!fits(course(delivered, lostBack), { reached, sender: 'answered' }))
  })

  it('holds address, port and end against each other', () => {
    assert.ok(!fits(course(delivered, back), { reached: { ...reached, ns: 'b0' }, sender: 'answered' }))
    assert.ok(!fits(course(delivered, back), { reached: { ...reached, dport: 80 }, sender: 'answered' }))
    assert.ok(
      !fits(course(delivered, back), { reached: { ...reached, destination: '10.244.1.4' }, sender: 'answered' }),
    )
  })

  it('holds the source that the receiver saw against the walk', () => {
    const packet = { family: 4, protocol: 'tcp', source: '10.244.1.1', destination: '10.244.1.3' } as const
    assert.ok(!fits(course({ ...delivered, packet }, back), { reached, sender: 'answered' }))
  })

  it('tells a refusal by a rule from one by a missing listener', () => {
    const by = { node: 'n1', at: 'n1/filter/INPUT', by: 'a rule rejects it', proof: [] }
    const rule = { path: 'nodes/n1/iptables-nft.txt', line: 3, table: 'filter', chain: 'INPUT' }
    const ofRule = course({ fate: 'rejected', with: 'icmp-port-unreachable', ...by, rule }, back)
    assert.ok(fits(ofRule, { sender: 'icmp 3/3' }))
    assert.ok(!fits(ofRule, { reached, sender: 'icmp 3/3' }))
    assert.ok(!fits(ofRule, { sender: 'icmp 3/13' }))
    assert.ok(fits(course({ fate: 'rejected', with: 'rst', ...by }, back), { reached, sender: 'rst' }))
    assert.ok(!fits(course({ fate: 'rejected', with: 'rst', ...by }, back), { sender: 'rst' }))
  })

  it('wants a packet that left the cluster to show up at the machine outside, or nowhere', () => {
    const left = course({ fate: 'lost', kind: 'outside', node: 'n1', at: 'n1/route', by: 'it leaves', proof: [] })
    assert.ok(fits(left, { reached: { ...reached, ns: 'x', destination: '172.30.0.50' }, sender: 'answered' }))
    assert.ok(!fits(left, { reached, sender: 'answered' }))
  })
})
