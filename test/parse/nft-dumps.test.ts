import assert from 'node:assert/strict'
import { parseNftJson } from '../../src/parse/nft.ts'
import type { NftRuleSet } from '../../src/parse/rule.ts'
import { sample } from './sample.ts'
import { sayRule } from './say-rule.ts'

const parse = (text: string): NftRuleSet => parseNftJson(text, 'nodes/n1/nft.jsonl')

const lines = (...objects: object[]): string => objects.map((object) => `${JSON.stringify(object)}\n`).join('')

const table = { table: { family: 'inet', name: 't', handle: 1 } }
const chain = { chain: { family: 'inet', table: 't', name: 'c', handle: 1, type: 'filter', hook: 'input', prio: 0 } }
const rule = (...expr: object[]) => ({ rule: { family: 'inet', table: 't', chain: 'c', handle: 2, expr } })

describe('nft dumps that are not simple', () => {
  it('names tables that iptables-nft shows: of its names, unless all base chains were made with nft', () => {
    assert.deepEqual(parse(sample('nft/iptables-nft-owned.jsonl')).ownedByIptables.toSorted(), [
      'ip filter',
      'ip mangle',
      'ip nat',
      'ip6 filter',
      'ip6 mangle',
      'ip6 nat',
    ])
    const own = { table: { family: 'ip', name: 'filter', handle: 1 } }
    const base = (name: string, prio = 0) => ({
      chain: { family: 'ip', table: 'filter', name, handle: 1, type: 'filter', hook: 'input', prio, policy: 'accept' },
    })
    assert.deepEqual(parse(lines(own, base('INPUT'))).ownedByIptables, ['ip filter'])
    assert.deepEqual(parse(lines(own, base('INPUT'), base('input'))).ownedByIptables, ['ip filter'])
    assert.deepEqual(parse(lines(own, base('input'))).ownedByIptables, [])
    assert.deepEqual(parse(lines(own, base('INPUT', 5))).ownedByIptables, [])
    assert.deepEqual(parse(lines(table, chain)).ownedByIptables, [])
  })

  it('hangs a chain on the devices that the dump or the line behind it names', () => {
    const lines = (dev: object) => [
      { table: { family: 'netdev', name: 'x', handle: 1 } },
      {
        chain: {
          family: 'netdev',
          table: 'x',
          name: 'i',
          handle: 1,
          type: 'filter',
          hook: 'ingress',
          prio: 0,
          policy: 'accept',
          ...dev,
        },
      },
    ]
    const behind = { devices: { family: 'netdev', table: 'x', chain: 'i', names: ['eth0', 'eth1'] } }
    const read = (...all: object[]) => {
      const { tables, unread } = parseNftJson(all.map((one) => JSON.stringify(one)).join('\n'), 'nodes/n1/nft.jsonl')
      assert.deepEqual(unread, [])
      return tables[0]?.chains.get('i')?.base?.devices
    }
    assert.deepEqual(read(...lines({ dev: 'eth0' })), ['eth0'])
    assert.deepEqual(read(...lines({}), behind), ['eth0', 'eth1'])
    assert.equal(read(...lines({})), undefined)
    const stray = parseNftJson(JSON.stringify(behind), 'nodes/n1/nft.jsonl')
    assert.equal(stray.unread.length, 1)
  })

  it('hooks the chains of a dormant table in nowhere', () => {
    for (const flags of ['dormant', ['dormant', 'owner']]) {
      const [only] = parse(lines({ table: { ...table.table, flags } }, chain)).tables
      assert.equal(only?.dormant, true)
      assert.equal(only?.chains.get('c')?.base, undefined)
    }
  })

  it('says that table flags cannot be read where nft 1.0.6 prints rubbish for them', () => {
    assert.deepEqual(
      parse(lines({ table: { ...table.table, flags: 'x' } })).unread.map(({ why }) => why),
      ['table inet t has flags that cannot be read'],
    )
  })

  it('lists lines that are cut off, of no listed table or chain, or of an unknown kind', () => {
    const text = `${lines(table, rule({ drop: null }), { chain: { family: 'ip', table: 'gone', name: 'c' } }, { wonder: {} }, table)}{"rule":{"fam`
    assert.deepEqual(
      parse(text).unread.map(({ line, why }) => `${line}: ${why}`),
      [
        '2: a rule of chain c, which inet t does not list',
        '3: a chain of no listed table',
        '4: an object of unknown kind wonder',
        '5: table inet t is listed twice',
        '6: no object that nft prints',
      ],
    )
  })

  it('does not take a set whose line is cut off for an empty one', () => {
    const set = { set: { family: 'inet', name: 's', table: 't', type: 'ipv4_addr', elem: ['1.1.1.1'] } }
    const cut = `${lines(table)}${JSON.stringify(set).slice(0, -5)}`
    assert.deepEqual(
      parse(cut).unread.map(({ line, why }) => `${line}: ${why}`),
      ['2: no object that nft prints'],
    )
    const broken = `${lines(table)}${JSON.stringify(set).replace('"1.1.1.1"', '"1.1.1.1')}`
    const read = parse(broken).tables[0]?.sets.get('s')
    assert.deepEqual(read?.elements, [])
    assert.equal(read?.incomplete, true)
    assert.deepEqual(
      parse(lines(table, set, set)).unread.map(({ why }) => why),
      ['set s is listed twice'],
    )
  })

  it('finds the chain of a rule whose names stand in another order', () => {
    const swapped = { rule: { handle: 2, chain: 'c', table: 't', family: 'inet', expr: [{ accept: null }] } }
    const ruleSet = parse(lines(table, chain, swapped, rule({ drop: null })))
    assert.deepEqual(ruleSet.tables[0]?.chains.get('c')?.rules.map(sayRule), ['accept', 'drop'])
  })

  it('does not follow a rule that is nested without end', () => {
    const deep = `${'{"&":['.repeat(5000)}1${']}'.repeat(5000)}`
    const text = `${lines(table, chain)}{"rule":{"family":"inet","table":"t","chain":"c","expr":[${deep}]}}`
    assert.match(parse(text).tables[0]!.chains.get('c')!.rules.map(sayRule).join(), /^UNREAD/)
  })
})
