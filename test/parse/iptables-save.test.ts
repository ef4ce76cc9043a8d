import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { parseIptablesSave } from '../../src/parse/iptables-save.ts'
import type { RuleSet } from '../../src/parse/rule.ts'
import { expected, said } from './expected.ts'
import { sample } from './sample.ts'
import { sayRule } from './say-rule.ts'

const parse = (text: string, family: 'ip' | 'ip6' = 'ip'): RuleSet =>
  parseIptablesSave(text, { family, backend: 'iptables-nft', path: 'nodes/n1/iptables-nft.txt' })

const filter = (...lines: string[]): string => ['*filter', ':INPUT ACCEPT [0:0]', ...lines, 'COMMIT', ''].join('\n')

const rulesOf = (ruleSet: RuleSet, chain: string) => ruleSet.tables[0]?.chains.get(chain)?.rules ?? []

const samples = readdirSync(new URL('../samples/iptables-save', import.meta.url)).map((name) => `iptables-save/${name}`)
const familyOf = (path: string) => (path.includes('v6') ? 'ip6' : 'ip')

describe('iptables-save', () => {
  for (const [name, dump, family] of [
    ['iptables-kinds.txt', 'iptables-save/kinds-nft.txt', 'ip'],
    ['ip6tables-kinds.txt', 'iptables-save/kinds-nft-v6.txt', 'ip6'],
  ] as const) {
    it(`reads every match and target as ${name} says`, () => {
      const ruleSet = parse(sample(dump), family)
      const raw = ruleSet.tables.flatMap((table) => [...table.chains.values()].flatMap((chain) => chain.rules))
      const texts = raw.map((rule) => rule.raw.replace(/^\[\d+:\d+\] -A \S+ ?/, ''))
      let next = 0
      assert.deepEqual(
        said(ruleSet).map((line) => (line.startsWith('#') ? line : texts[next++] + line)),
        expected(name),
      )
    })
  }

  for (const path of samples.filter(
    (name) => /-nft(-v6)?\.txt$/.test(name) && samples.includes(name.replace('-nft', '-legacy')),
  )) {
    it(`reads the same rules alike from both backends: ${path}`, () => {
      const bySection = (text: string) => {
        const lines = said(parse(text, familyOf(path)))
        const sections: string[] = []
        for (const line of lines) {
          if (line.startsWith('#')) sections.push(line)
          else sections[sections.length - 1] += line
        }
        return sections.toSorted()
      }
      assert.deepEqual(bySection(sample(path.replace('-nft', '-legacy'))), bySection(sample(path)))
    })
  }

  it('leaves nothing unread of what Kubernetes nodes usually hold', () => {
    const unread = samples
      .filter((path) => !/kinds|cilium/.test(path))
      .flatMap((path) => said(parse(sample(path), familyOf(path))).filter((line) => line.includes('UNREAD')))
    assert.deepEqual(unread, [])
  })

  it('hooks built-in chains in where the kernel does', () => {
    const bases = parse(sample('iptables-save/kinds-nft.txt')).tables.flatMap((table) =>
      [...table.chains.values()].map(({ name, base }) =>
        base
          ? `${table.name} ${name}: ${base.type} ${base.hook} ${base.priority} ${base.policy}`
          : `${table.name} ${name}`,
      ),
    )
    assert.deepEqual(bases.toSorted(), [
      'filter FORWARD: filter forward 0 accept',
      'filter INPUT: filter input 0 drop',
      'filter OUTPUT: filter output 0 accept',
      'filter other',
      'mangle FORWARD: filter forward -150 accept',
      'mangle INPUT: filter input -150 accept',
      'mangle OUTPUT: route output -150 accept',
      'mangle POSTROUTING: filter postrouting -150 accept',
      'mangle PREROUTING: filter prerouting -150 accept',
      'nat INPUT: nat input 100 accept',
      'nat OUTPUT: nat output -100 accept',
      'nat POSTROUTING: nat postrouting 100 accept',
      'nat PREROUTING: nat prerouting -100 accept',
      'raw OUTPUT: filter output -300 accept',
      'raw PREROUTING: filter prerouting -300 accept',
      'security FORWARD: filter forward 50 accept',
      'security INPUT: filter input 50 accept',
      'security OUTPUT: filter output 50 accept',
    ])
  })

  it('keeps line, raw text, counters and comment of a rule, and the counters of a policy', () => {
    const text =
      '*filter\n:INPUT DROP [7:420]\n[12:340] -A INPUT -m comment --comment "a \\"b\\" -j DROP" -j ACCEPT\nCOMMIT\n'
    const chain = parse(text).tables[0]?.chains.get('INPUT')
    assert.deepEqual(chain?.base?.policyCounters, { packets: 7, bytes: 420 })
    assert.deepEqual(chain?.rules, [
      {
        raw: '[12:340] -A INPUT -m comment --comment "a \\"b\\" -j DROP" -j ACCEPT',
        line: 3,
        statements: [{ do: 'verdict', verdict: { verdict: 'accept' } }],
        counters: { packets: 12, bytes: 340 },
        comment: 'a "b" -j DROP',
      },
    ])
  })

  it('gives rules as a plain property of the chain, so that a copy of the chain has them', () => {
    const chain = parse(filter('-A INPUT -j DROP')).tables[0]?.chains.get('INPUT')
    assert.deepEqual({ ...chain }.rules?.map(sayRule), ['drop'])
    assert.equal(chain?.rules, chain?.rules)
  })

  it('reads lines that end in CR LF', () => {
    const ruleSet = parse(filter('-A INPUT -i lo -j ACCEPT', '-A INPUT -j DROP').replaceAll('\n', '\r\n'))
    assert.deepEqual(ruleSet.unread, [])
    assert.deepEqual(rulesOf(ruleSet, 'INPUT').map(sayRule), ['iifname == "lo" ; accept', 'drop'])
    assert.equal(rulesOf(ruleSet, 'INPUT')[1]?.raw, '-A INPUT -j DROP')
  })

  it('takes a name for a chain only if the table has it, though its rules may stand elsewhere', () => {
    const ruleSet = parse(
      filter(
        ':later - [0:0]',
        '-A INPUT -j later',
        '-A INPUT -j FOREIGN --x 1',
        '-A later -j RETURN',
        '-A INPUT -g gone',
      ),
    )
    assert.deepEqual(rulesOf(ruleSet, 'INPUT').map(sayRule), [
      'jump later',
      'UNREAD -j FOREIGN --x 1',
      'UNREAD -g gone',
    ])
    assert.deepEqual(rulesOf(ruleSet, 'later').map(sayRule), ['return'])
  })

  it('does not take names of JavaScript for chains, matches or targets', () => {
    const ruleSet = parse(
      filter(':constructor ACCEPT [0:0]', '-A INPUT -m toString -j __proto__', '-A INPUT -j constructor'),
    )
    assert.deepEqual(
      ruleSet.unread.map(({ line }) => line),
      [3],
    )
    assert.deepEqual(rulesOf(ruleSet, 'INPUT').map(sayRule), [
      'UNREAD -m toString ; UNREAD -j __proto__',
      'UNREAD -j constructor',
    ])
  })

  it('leaves a match unread that iptables itself does not know in this revision', () => {
    const [rule] = rulesOf(parse(filter('-A INPUT -m mark --mark 0x1 [unsupported revision] -j DROP')), 'INPUT')
    assert.equal(sayRule(rule!), 'UNREAD -m mark --mark 0x1 [unsupported revision] ; drop')
  })

  it('reads IPv6 targets in brackets all the same', () => {
    const [rule] = rulesOf(parse(filter('-A INPUT -j DNAT --to-destination [fd00::1]:80'), 'ip6'), 'INPUT')
    assert.equal(sayRule(rule!), 'dnat address fd00::1 port 80')
  })

  it('leaves an option that it does not know unread, in its place', () => {
    const [rule] = rulesOf(
      parse(filter('-A INPUT -p tcp -m tcp --dport 80 --new 1 -m mark --mark 0x1 --zzz -x y -j DROP')),
      'INPUT',
    )
    assert.equal(
      sayRule(rule!),
      'l4proto == "tcp" ; UNREAD -m tcp --dport 80 --new 1 ; UNREAD -m mark --mark 0x1 --zzz -x y ; drop',
    )
  })

  it('puts lines of a chain together wherever they stand, in a moment', () => {
    const turns = Array.from({ length: 50_000 }, () => '-A INPUT -j a\n-A a -j RETURN')
    const ruleSet = parse(filter(':a - [0:0]', ...turns))
    assert.equal(rulesOf(ruleSet, 'INPUT').length, 50_000)
    assert.equal(rulesOf(ruleSet, 'a')[49_999]?.line, 100_003)
  })
})

describe('iptables-save that is not whole', () => {
  const why = (text: string) => parse(text).unread.map(({ line, why }) => `${line}: ${why}`)

  it('says which table is cut off', () => {
    assert.deepEqual(why('*nat\n:OUTPUT ACCEPT [0:0]\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP'), [
      '1: no COMMIT: the table is cut off',
      '3: no COMMIT: the table is cut off',
    ])
  })

  it('names a table that iptables cannot print', () => {
    assert.deepEqual(
      why("# Table `nat' is incompatible, use 'nft' tool.\n# Warning: iptables-legacy tables present\n"),
      ['1: table nat holds what iptables cannot print: read it with nft'],
    )
    assert.deepEqual(why("# Table `nat' contains incompatible base-chains, use 'nft' tool to list them.\n"), [
      '1: table nat has base chains that iptables does not print: read it with nft',
    ])
  })

  it('starts a chain or table that comes again empty, as iptables-restore does, and says so', () => {
    const twice = filter('-A INPUT -j ACCEPT', ':INPUT DROP [0:0]', '-A INPUT -j RETURN')
    assert.deepEqual(rulesOf(parse(twice), 'INPUT').map(sayRule), ['return'])
    const two = parse(filter('-A INPUT -j ACCEPT') + filter('-A INPUT -j DROP'))
    assert.equal(two.tables.length, 1)
    assert.deepEqual(rulesOf(two, 'INPUT').map(sayRule), ['drop'])
    assert.deepEqual(why(twice), ['4: chain INPUT is declared twice: it starts empty here'])
    assert.deepEqual(
      two.unread.map(({ line }) => line),
      [5],
    )
  })

  it('lists lines that belong nowhere', () => {
    assert.deepEqual(
      why(`-A INPUT -j DROP\n${filter('-A gone -j DROP', 'iptables: oops', ':x QUEUE [0:0]')}COMMIT\n`),
      [
        '1: outside of a table',
        '4: chain gone is not declared',
        '5: no line that iptables-save prints',
        '6: no chain of a known hook',
        '8: outside of a table',
      ],
    )
  })

  it('reads an empty text as no table', () => {
    assert.deepEqual(parse(''), { tables: [], unread: [] })
  })
})
