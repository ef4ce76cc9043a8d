import assert from 'node:assert/strict'
import { generate } from './generate.ts'
import { Random } from './random.ts'

describe('the generator of configurations', () => {
  it('makes the same configuration of the same seed', () => {
    assert.deepEqual(generate('mixed', 7), generate('mixed', 7))
  })

  it('makes another configuration of another seed', () => {
    assert.notDeepEqual(generate('mixed', 7).rules, generate('mixed', 8).rules)
  })

  it('asks twelve different questions of every configuration', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { probes } = generate('paths', seed)
      assert.equal(new Set(probes.map((p) => JSON.stringify(p))).size, 12, `seed ${seed}`)
    }
  })

  it('keeps to the backend that was asked for', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const legacy = generate('iptables-legacy', seed).rules
      assert.ok(
        legacy.every((item) => 'ipset' in item || ('rule' in item && item.tool === 'iptables-legacy')),
        `seed ${seed}`,
      )
      const native = generate('nftables', seed).rules
      assert.ok(
        native.every((item) => 'nft' in item),
        `seed ${seed}`,
      )
    }
  })

  it('lists tables of nft in another order than that of their chains in every fourth configuration', () => {
    const apart = (seed: number) => {
      const native = generate('nftables', seed).rules.flatMap((item) =>
        'nft' in item ? [`${item.ns} ${item.nft}`] : [],
      )
      const made = (what: string) => [
        ...new Set(
          native.filter((line) => line.includes(` add ${what} `)).map((line) => line.split(' ').slice(0, 5).join(' ')),
        ),
      ]
      return made('chain').length > 2 && made('table').join().replaceAll('table', 'chain') !== made('chain').join()
    }
    const seeds = Array.from({ length: 40 }, (_, i) => i + 1)
    assert.ok(seeds.filter((seed) => seed % 4 === 0).some(apart))
    assert.ok(!seeds.filter((seed) => seed % 4 !== 0).some(apart))
  })

  it('mixes all three backends over the mixed configurations', () => {
    const tools = new Set<string>()
    for (let seed = 1; seed <= 30; seed++)
      for (const item of generate('mixed', seed).rules)
        tools.add('rule' in item ? item.tool : 'nft' in item ? 'nft' : 'ipset')
    assert.deepEqual([...tools].sort(), ['ipset', 'iptables-legacy', 'iptables-nft', 'nft'])
  })

  it('picks every member of a list about equally often', () => {
    const random = new Random(1)
    const times = [0, 0, 0, 0]
    for (let i = 0; i < 4000; i++) times[random.between(0, 3)]!++
    for (const n of times) assert.ok(n > 850 && n < 1150, `${times}`)
  })
})
