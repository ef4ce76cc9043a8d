import assert from 'node:assert/strict'
import { joinIptablesNft } from '../../src/parse/iptables-nft-join.ts'
import { parseIptablesSave } from '../../src/parse/iptables-save.ts'
import { parseNftJson } from '../../src/parse/nft.ts'
import type { Rule } from '../../src/parse/rule.ts'
import { said } from './expected.ts'
import { sample } from './sample.ts'
import { sayStatement } from './say-rule.ts'

const iptables = (text: string, backend: 'iptables-nft' | 'iptables-legacy' = 'iptables-nft') =>
  parseIptablesSave(text, { family: 'ip', backend, path: 'iptables' })

// Rules of iptables-nft, one rule with a set and one base chain added with nft, in one kernel; both dumps of it.
const text = sample('mixed/iptables-nft.txt')
const native = parseNftJson(sample('mixed/nft.jsonl'), 'nft')

describe('dumps of iptables-nft and nft together', () => {
  it('take the meaning of a rule from nft where iptables-save leaves a set out', () => {
    const alone = said(iptables(text)).filter((line) => line.endsWith('drop'))
    const joined = joinIptablesNft([iptables(text)], native)
    assert.deepEqual(alone, ['  =>  l4proto == "tcp" ; drop'])
    const forward = joined.tables.find((table) => table.name === 'filter')?.chains.get('FORWARD')
    assert.equal(forward?.rules[1]?.raw, '[0:0] -A FORWARD -p tcp -j DROP')
    assert.deepEqual(
      said(joined).filter((line) => line.endsWith('drop')),
      ['  =>  l4proto == "tcp" ; dport == 80, 90 ; drop'],
    )
  })

  it('show base chains made with nft beside those of iptables, each hooked in once', () => {
    const joined = joinIptablesNft([iptables(text)], native)
    const hooked = joined.tables.flatMap((table) =>
      [...table.chains.values()]
        .filter((chain) => chain.base)
        .map((chain) => `${table.path} ${table.name} ${chain.name}`),
    )
    assert.deepEqual(hooked.toSorted(), [
      'iptables filter FORWARD',
      'iptables filter INPUT',
      'iptables filter OUTPUT',
      'iptables nat INPUT',
      'iptables nat OUTPUT',
      'iptables nat POSTROUTING',
      'iptables nat PREROUTING',
      'nft nat extra',
    ])
    assert.deepEqual(joined.unread, [])
    assert.deepEqual(said(joined).filter((line) => line.includes('UNREAD')).length, 1)
  })

  it('keep the extensions that nft only names', () => {
    const nat = joinIptablesNft([iptables(text)], native).tables.find(
      (table) => table.path === 'iptables' && table.name === 'nat',
    )
    assert.deepEqual(
      said({ tables: [nat!], unread: [] }).filter((line) => line.includes('dnat')),
      ['  =>  daddr == 10.96.0.50 ; l4proto == "tcp" ; dport == 80 ; dnat address 10.244.1.11 port 8080'],
    )
  })

  it('leave rules as iptables-save has them where nft has another number of them', () => {
    const longer = text.replace('[0:0] -A FORWARD -p tcp -j DROP', '$&\n[0:0] -A FORWARD -j ACCEPT')
    const joined = joinIptablesNft([iptables(longer)], native)
    assert.deepEqual(
      said(joined).filter((line) => line.endsWith('drop')),
      ['  =>  l4proto == "tcp" ; drop'],
    )
  })

  it('take a table from nft that iptables-save cannot print or was not asked for', () => {
    const only = text.slice(0, text.indexOf("# Table `nat'"))
    for (const dumps of [[iptables(`${only}# Table \`nat' is incompatible, use 'nft' tool.\n`)], [iptables(only)]]) {
      const joined = joinIptablesNft(dumps, native)
      assert.deepEqual(joined.unread, [])
      assert.deepEqual(
        joined.tables.map((table) => `${table.path} ${table.name}`),
        ['nft nat', 'iptables filter'],
      )
      assert.equal(joined.tables[0]?.chains.get('PREROUTING')?.base?.hook, 'prerouting')
    }
  })

  it('do not mix the legacy backend with nft', () => {
    const joined = joinIptablesNft([iptables(text, 'iptables-legacy')], native)
    assert.deepEqual(
      joined.tables.map((table) => `${table.path} ${table.name}`),
      ['iptables filter', 'iptables nat', 'nft nat', 'nft filter'],
    )
    assert.deepEqual(said(joined).filter((line) => line === '  =>  l4proto == "tcp" ; drop').length, 1)
  })
})

/** What a rule tests and does, however its tool orders it; limits are named in their tool's words. */
const meaning = (rule: Rule): string =>
  [...new Set(rule.statements.map((statement) => ('what' in statement ? statement.do : sayStatement(statement))))]
    .toSorted()
    .join(' ; ')
    .replace('"eth+"', '"eth*"')
    .replace('tcp.flags != fin|syn|rst|psh|ack|urg', 'tcp.flags&0x3f == 0')

describe('a rule that both iptables-save and nft print in full', () => {
  for (const [name, atLeast] of [
    ['docker', 13],
    ['firewalld', 24],
    ['ufw', 16],
    ['kinds', 32],
  ] as const) {
    it(`means the same in both: ${name}`, () => {
      const nft = parseNftJson(sample(`mixed/${name}-as-nft.jsonl`), 'nft')
      let compared = 0
      for (const table of iptables(sample(`iptables-save/${name}-nft.txt`)).tables) {
        const other = nft.tables.find((one) => one.family === 'ip' && one.name === table.name)
        for (const chain of table.chains.values()) {
          for (const [i, rule] of chain.rules.entries()) {
            const twin = other?.chains.get(chain.name)?.rules[i]
            assert.ok(twin, rule.raw)
            if (twin.raw.includes('"xt"')) continue
            assert.equal(meaning(twin), meaning(rule), rule.raw)
            compared++
          }
        }
      }
      assert.ok(compared >= atLeast, `only ${compared} rules compared`)
    })
  }

  it('keep the order in which the kernel made the tables', () => {
    const table = (name: string) => JSON.stringify({ table: { family: 'ip', name } })
    const chain = {
      family: 'ip',
      table: 'nat',
      name: 'PREROUTING',
      type: 'nat',
      hook: 'prerouting',
      prio: -100,
      policy: 'accept',
    }
    const order = (...names: string[]) => {
      const nft = parseNftJson([...names.map(table), JSON.stringify({ chain })].join('\n'), 'nft')
      const save = iptables('*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n')
      return joinIptablesNft(
        [save, iptables('*raw\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n', 'iptables-legacy')],
        nft,
      ).tables.map((t) => t.name)
    }
    assert.deepEqual(order('kube-proxy', 'nat'), ['raw', 'kube-proxy', 'nat'])
    assert.deepEqual(order('nat', 'kube-proxy'), ['raw', 'nat', 'kube-proxy'])
  })
})
