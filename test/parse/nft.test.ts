import assert from 'node:assert/strict'
import { parseNftJson } from '../../src/parse/nft.ts'
import type { NftRuleSet } from '../../src/parse/rule.ts'
import { expected, said } from './expected.ts'
import { sample } from './sample.ts'
import { sayElement, sayRule } from './say-rule.ts'

const parse = (text: string): NftRuleSet => parseNftJson(text, 'nodes/n1/nft.jsonl')

const lines = (...objects: object[]): string => objects.map((object) => `${JSON.stringify(object)}\n`).join('')

const table = { table: { family: 'inet', name: 't', handle: 1 } }
const chain = {
  chain: { family: 'inet', table: 't', name: 'c', handle: 1, type: 'filter', hook: 'input', prio: 0, policy: 'drop' },
}
const rule = (...expr: object[]) => ({ rule: { family: 'inet', table: 't', chain: 'c', handle: 2, expr } })

/** What is read of one rule of table `inet t`. */
function read(...expr: object[]): string {
  const [only] = parse(lines(table, chain, rule(...expr))).tables[0]?.chains.get('c')?.rules ?? []
  return only ? sayRule(only) : 'no rule'
}

const match = (left: object, right: unknown, op = '==') => ({ match: { op, left, right } })
const mark = { meta: { key: 'mark' } }
const ctMark = { ct: { key: 'mark' } }
const setMark = (value: unknown, key: object = mark) => ({ mangle: { key, value } })

function elements(path: string, set: string): string[] {
  const found = parse(sample(path)).tables.flatMap((t) => t.sets.get(set) ?? [])
  return found.flatMap((s) => s.elements.map(sayElement))
}

describe('nft', () => {
  it('reads every match and statement as nft-kinds.txt says', () => {
    const texts = expected('nft-kinds.txt')
    let next = 0
    const found = said(parse(sample('nft/kinds.jsonl'))).map((line) => {
      const text = texts[next++]?.split('  =>  ')[0] ?? ''
      return line.startsWith('#') ? line : text + line
    })
    assert.deepEqual(found, texts)
  })

  for (const name of ['kube-proxy-1.35', 'kube-proxy-1.36', 'firewalld', 'others']) {
    it(`leaves nothing unread of ${name}`, () => {
      const ruleSet = parse(sample(`nft/${name}.jsonl`))
      assert.deepEqual(ruleSet.unread, [])
      assert.deepEqual(ruleSet.ownedByIptables, [])
      assert.deepEqual(
        said(ruleSet).filter((line) => line.includes('UNREAD')),
        [],
      )
      const incomplete = ruleSet.tables.flatMap((t) => [...t.sets.values()].filter((s) => s.elements && s.incomplete))
      assert.deepEqual(incomplete, [])
    })
  }

  it('reads the whole of nft in one line like one object a line, all of it on line 1', () => {
    const [whole, split] = ['nft/others-one-line.json', 'nft/others.jsonl'].map((path) => parse(sample(path)))
    assert.deepEqual(said(whole!), said(split!))
    const places = whole!.tables.flatMap((t) =>
      [...t.chains.values()].flatMap((c) => [c.line, ...c.rules.map((r) => r.line)]),
    )
    assert.deepEqual([...new Set(places)], [1])
  })

  it('keeps line, raw text, counters and comment of a rule', () => {
    const raw = JSON.stringify({
      rule: { ...rule().rule, comment: 'why', expr: [{ counter: { packets: 5, bytes: 300 } }, { drop: null }] },
    })
    const [only] = parse(lines(table, chain) + raw).tables[0]?.chains.get('c')?.rules ?? []
    assert.deepEqual(only, {
      raw,
      line: 3,
      statements: [{ do: 'verdict', verdict: { verdict: 'drop' } }],
      counters: { packets: 5, bytes: 300 },
      comment: 'why',
    })
  })

  it('reads base chains with hook, priority, policy and devices', () => {
    const ingress = {
      chain: { ...chain.chain, name: 'i', hook: 'ingress', prio: -500, dev: ['eth0', 'eth1'], policy: 'accept' },
    }
    const chains = parse(
      lines(table, chain, ingress, { chain: { family: 'inet', table: 't', name: 'plain', handle: 3 } }),
    ).tables[0]?.chains
    assert.deepEqual(
      [...chains!.values()].map(({ name, base }) => [name, base]),
      [
        ['c', { hook: 'input', type: 'filter', priority: 0, policy: 'drop' }],
        ['i', { hook: 'ingress', type: 'filter', priority: -500, policy: 'accept', devices: ['eth0', 'eth1'] }],
        ['plain', undefined],
      ],
    )
  })
})

describe('nft sets', () => {
  it('reads keys and verdicts of kube-proxy, those with comments too', () => {
    assert.deepEqual(elements('nft/kube-proxy-1.36.jsonl', 'no-endpoint-services'), [
      '(10.96.0.60 . "tcp" . 80) : goto reject-chain',
      '(10.96.0.63 . "tcp" . 80) : drop',
    ])
    assert.deepEqual(elements('nft/kube-proxy-1.36.jsonl', 'cluster-ips'), [
      '10.96.0.1',
      '10.96.0.10',
      '10.96.0.50',
      '10.96.0.60',
    ])
    assert.deepEqual(elements('nft/kube-proxy-1.35.jsonl', 'no-endpoint-services'), [])
  })

  it('reads prefixes, ranges, parts of concatenations, wildcards, time-outs and counters', () => {
    assert.deepEqual(elements('nft/kinds.jsonl', 'nets4'), ['10.0.0.0/8', '192.168.1.1', '192.168.2.10-192.168.2.20'])
    assert.deepEqual(elements('nft/kinds.jsonl', 'tri'), ['(10.0.0.0/24 . "tcp" . 80-90)', '(1.2.3.4 . "udp" . 53)'])
    assert.deepEqual(elements('nft/kinds.jsonl', 'ifs'), ['"cali*"', '"eth0"'])
    assert.deepEqual(elements('nft/kinds.jsonl', 'tmo'), ['1.1.1.1'])
    assert.deepEqual(elements('nft/kinds.jsonl', 'cnt'), ['1.1.1.1', '2.2.2.2'])
    assert.deepEqual(elements('nft/kinds.jsonl', 'dn'), ['80 : (10.0.0.1 . 8080)'])
  })

  it('calls sets that rules or time change snapshots, though nft 1.0.6 does not print the flag', () => {
    const sets = [...parse(sample('nft/kinds.jsonl')).tables[0]!.sets.values()]
    assert.deepEqual(
      sets.filter((set) => set.dynamic).map(({ name }) => name),
      ['dyn', 'meterset', 'tmo'],
    )
  })

  it('reads a type given as an expression, as nft since 1.1.4 prints it', () => {
    const type = { typeof: { concat: [{ payload: { protocol: 'ip', field: 'daddr' } }, { meta: { key: 'l4proto' } }] } }
    const set = { set: { family: 'inet', name: 's', table: 't', type, elem: [{ concat: ['1.1.1.1', 'tcp'] }] } }
    assert.deepEqual(parse(lines(table, set)).tables[0]?.sets.get('s')?.elements.map(sayElement), ['(1.1.1.1 . "tcp")'])
  })

  it('says that a set is incomplete where an element or the type is not understood', () => {
    const set = (type: string, elem: unknown[]) => ({ set: { family: 'inet', name: 's', table: 't', type, elem } })
    for (const [object, known] of [
      [set('ipv4_addr', ['1.1.1.1', { strange: 1 }]), 1],
      [set('ether_addr', ['00:11:22:33:44:55']), 0],
    ] as const) {
      const read = parse(lines(table, object)).tables[0]?.sets.get('s')
      assert.equal(read?.elements.length, known)
      assert.equal(read?.incomplete, true)
    }
  })
})

describe('nft expressions', () => {
  it('adds what nft tests without printing it, once', () => {
    const dport = match({ payload: { protocol: 'tcp', field: 'dport' } }, 80)
    const saddr = match({ payload: { protocol: 'ip', field: 'saddr' } }, '1.1.1.1')
    assert.equal(
      read(dport, saddr, dport),
      'l4proto == "tcp" ; dport == 80 ; nfproto == "ipv4" ; saddr == 1.1.1.1 ; dport == 80',
    )
    assert.equal(read(match({ meta: { key: 'l4proto' } }, 'tcp'), dport), 'l4proto == "tcp" ; dport == 80')
  })

  it('turns arithmetic on marks into the bits that it clears and sets', () => {
    assert.equal(read(setMark({ '|': [{ '&': [mark, 0xffff0000] }, 5] })), 'mark &~0xffff ^0x5')
    assert.equal(read(setMark({ '^': [{ '|': [mark, 0xf0] }, 0x10] })), 'mark &~0xf0 ^0xe0')
    assert.equal(read(setMark({ '&': [mark, 0xff, 0xf0] })), 'mark &~0xffffff0f ^0x0')
    assert.equal(
      read(setMark({ '|': [{ '&': [ctMark, 0xff] }, { '&': [mark, 0xffffff00] }] })),
      'restore-mark nf 0xff ct 0xff',
    )
    assert.equal(
      read(setMark({ '|': [mark, 0x80] }, ctMark)),
      'save-mark nf 0xffffff7f ct 0xffffffff ; ct-mark &~0x0 ^0x80',
    )
    assert.match(read(setMark({ '|': [ctMark, mark] })), /^UNREAD/)
  })

  it('knows masked bits of connection state, status and TCP flags', () => {
    const masked = (key: string, ...words: string[]) => ({ '&': [{ ct: { key } }, words] })
    assert.equal(read(match(masked('status', 'dnat', 'snat'), 0)), 'ct.status != dnat|snat')
    assert.equal(read(match(masked('status', 'dnat', 'snat'), 'dnat')), 'ct.status == dnat ; ct.status != snat')
    assert.equal(read(match(masked('state', 'new'), 'new', '!=')), 'ct.state != new')
    assert.match(read(match({ ct: { key: 'status' } }, 'dnat')), /^UNREAD/)
    const flags = { '&': [{ payload: { protocol: 'tcp', field: 'flags' } }, ['syn', 'ack']] }
    assert.equal(read(match(flags, { set: ['syn', 'ack'] })), 'l4proto == "tcp" ; tcp.flags&0x12 == 2, 16')
  })

  it('lets an owner match fail where there is none, also for !=', () => {
    assert.equal(read(match({ meta: { key: 'skuid' } }, 0, '!=')), 'skuid >= 0 ; skuid != 0')
  })

  it('reads queues, flags alone or several, and offloaded flowtables as unread', () => {
    assert.equal(read({ queue: { num: 100, flags: 'bypass' } }), 'queue bypass')
    assert.equal(read({ queue: { num: 100, flags: ['fanout', 'bypass'] } }), 'queue bypass')
    assert.equal(read({ queue: { num: 100 } }), 'queue')
    assert.equal(read(match({ fib: { result: 'type', flags: 'daddr' } }, 'local')), 'fib.daddr.type == "local"')
    const flow = { flow: { op: 'add', flowtable: '@f' } }
    assert.equal(read(flow), 'nothing (flow add @f)')
    const flowtable = {
      flowtable: { family: 'inet', name: 'f', table: 't', hook: 'ingress', prio: 0, dev: 'eth0', flags: 'offload' },
    }
    const [only] = parse(lines(table, flowtable, chain, rule(flow))).tables[0]!.chains.get('c')!.rules
    assert.match(sayRule(only!), /^UNREAD/)
  })

  it('leaves what it does not know unread, in its place', () => {
    assert.equal(
      read({ tproxy: { port: 1 } }, { newer: null }, { drop: null }),
      'UNREAD {"tproxy":{"port":1}} ; UNREAD {"newer":null} ; drop',
    )
    assert.equal(read(match({ meta: { key: 'toString' } }, 1)).slice(0, 6), 'UNREAD')
  })
})
