import assert from 'node:assert/strict'
import type { World } from '../../src/walk/world.ts'
import { lab, type NodeLab } from './lab.ts'
import { courses, say } from './say.ts'

/** A filter table with these lines; chains named `:NAME - [0:0]` first. */
const filter = (...lines: string[]) =>
  ['*filter', ':INPUT ACCEPT [0:0]', ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]', ...lines, 'COMMIT', ''].join('\n')

const nftChain = (
  table: string,
  family: string,
  name: string,
  hook: string,
  prio: number,
  policy = 'accept',
  type = 'filter',
) => [{ table: { family, name: table } }, { chain: { family, table, name, type, hook, prio, policy } }]
const nftRule = (table: string, family: string, chain: string, expr: object[]) => ({
  rule: { family, table, chain, expr },
})
const drop = { drop: null }
const accept = { accept: null }
const TO_WEB = '10.244.2.5:8080'

/** Fate of a packet of client-1 to web-2 with these rules on n1. */
const forwarded = (iptables: string, nft: object[] = [], legacy = '') =>
  say(lab({ n1: { iptables, nft, legacy } }), 'c1', TO_WEB)

describe('the walk through netfilter', () => {
  const ARRIVES = 'delivered default/web-2'

  it('follows jump, goto and return as the kernel does', () => {
    const cases: [string, string, string[]][] = [
      [
        'a jump that returns goes on behind it',
        'dropped at n1/filter/FORWARD',
        ['-A FORWARD -j A', '-A FORWARD -j DROP', '-A A -j RETURN'],
      ],
      ['an accept in a jump ends the base chain', ARRIVES, ['-A FORWARD -j A', '-A FORWARD -j DROP', '-A A -j ACCEPT']],
      [
        'a goto comes back to the caller of its caller',
        ARRIVES,
        ['-A FORWARD -g A', '-A FORWARD -j DROP', '-A A -j RETURN'],
      ],
      [
        'a goto in a jump goes on behind the jump',
        'dropped at n1/filter/FORWARD',
        ['-A FORWARD -j A', '-A FORWARD -j DROP', '-A A -g B', '-A A -j ACCEPT', '-A B -j RETURN'],
      ],
      ['a return in the base chain is its policy', ARRIVES, ['-A FORWARD -j RETURN', '-A FORWARD -j DROP']],
      [
        'a drop in a jump ends all',
        'dropped at n1/filter/A',
        ['-A FORWARD -j A', '-A A -j DROP', '-A FORWARD -j ACCEPT'],
      ],
    ]
    for (const [what, fate, lines] of cases)
      assert.equal(forwarded(filter(':A - [0:0]', ':B - [0:0]', ...lines)), fate, what)
  })

  it('applies the policy of a base chain, and says that it was the policy', () => {
    const iptables = filter().replace(':FORWARD ACCEPT', ':FORWARD DROP')
    const end = courses(lab({ n1: { iptables } }), 'c1', TO_WEB)[0]?.end
    assert.ok(end?.fate === 'dropped')
    assert.deepEqual(end.rule, {
      path: 'nodes/n1/iptables-nft.txt',
      line: 3,
      policy: true,
      table: 'filter',
      chain: 'FORWARD',
    })
    assert.equal(end.hook, 'forward')
  })

  it('lets an accept end its own base chain only, and a drop of any table end all', () => {
    const foreign = [...nftChain('fw', 'inet', 'fwd', 'forward', 10), nftRule('fw', 'inet', 'fwd', [drop])]
    assert.equal(forwarded(filter('-A FORWARD -j ACCEPT'), foreign), 'dropped at n1/inet fw/fwd')
    const early = [...nftChain('fw', 'inet', 'fwd', 'forward', -10), nftRule('fw', 'inet', 'fwd', [accept])]
    assert.equal(forwarded(filter('-A FORWARD -j DROP'), early), 'dropped at n1/filter/FORWARD')
  })

  it('orders base chains by priority over all tables', () => {
    const mark = (prio: number) => [
      ...nftChain('m', 'ip', 'c', 'forward', prio),
      nftRule('m', 'ip', 'c', [{ mangle: { key: { meta: { key: 'mark' } }, value: 7 } }]),
    ]
    const dropsMarked = filter('-A FORWARD -m mark --mark 0x7 -j DROP')
    assert.equal(forwarded(dropsMarked, mark(-1)), 'dropped at n1/filter/FORWARD')
    assert.equal(forwarded(dropsMarked, mark(1)), ARRIVES)
  })

  it('takes the first translation of a connection and no other', () => {
    const nat = (chain: string) => `*nat\n:PREROUTING ACCEPT [0:0]\n${chain}\nCOMMIT\n`
    const dnat = (ip: string) => `-A PREROUTING -d 10.96.0.9/32 -p tcp -j DNAT --to-destination ${ip}:8080`
    const nft = (prio: number) => [
      ...nftChain('k', 'ip', 'pre', 'prerouting', prio, 'accept', 'nat'),
      nftRule('k', 'ip', 'pre', [
        { match: { op: '==', left: { payload: { protocol: 'ip', field: 'daddr' } }, right: '10.96.0.9' } },
        { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } },
        { dnat: { family: 'ip', addr: '10.244.3.5', port: 8080 } },
      ]),
    ]
    const fate = (iptables: string, prio: number) =>
      say(lab({ n1: { iptables, nft: nft(prio) } }), 'c1', '10.96.0.9:80')
    assert.equal(fate(nat(dnat('10.244.2.5')), -110), 'delivered default/web-3')
    assert.equal(fate(nat(dnat('10.244.2.5')), -90), 'delivered default/web-2')
    // an accept in one nat chain does not keep the packet from the next one
    assert.equal(fate(nat('-A PREROUTING -j ACCEPT'), -90), 'delivered default/web-3')
  })

  it('does not know which of legacy and nft chains of one priority comes first, and says so where it matters', () => {
    const nat = (ip: string) =>
      `*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.96.0.9/32 -p tcp -j DNAT --to-destination ${ip}\nCOMMIT\n`
    const fate = (ip: string, other: string) =>
      say(lab({ n1: { iptables: nat(ip), legacy: nat(other) } }), 'c1', '10.96.0.9:80')
    assert.equal(fate('10.244.2.5:8080', '10.244.2.5:8081'), 'unknown at n1/netfilter')
    assert.equal(fate('10.244.2.5:8081', '10.244.3.5:8081').split(' ')[0], 'rejected')
  })

  describe('two tables of nf_tables with chains of one priority', () => {
    const to = (address: string) => ({ dnat: { family: 'ip', addr: address, port: 8080 } })
    const forService = (table: string, ...does: object[]) => [
      ...nftChain(table, 'ip', 'pre', 'prerouting', -100, 'accept', 'nat'),
      nftRule(table, 'ip', 'pre', [
        { match: { op: '==', left: { payload: { protocol: 'ip', field: 'daddr' } }, right: '10.96.0.9' } },
        { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } },
        ...does,
      ]),
    ]
    const world = (one: object[], other: object[]) => lab({ n1: { nft: [...one, ...other] } })
    const fate = (made: World) => say(made, 'c1', '10.96.0.9:80')
    const both = () => world(forService('k', to('10.244.2.5')), forService('l', to('10.244.3.5')))

    it('leave it open who translates, since no dump says which chain was made last', () => {
      assert.equal(fate(both()), 'unknown at n1/netfilter')
      const end = courses(both(), 'c1', '10.96.0.9:80')[0]?.end
      assert.ok(end?.fate === 'unknown')
      assert.equal(end.because, 'chain-order')
    })

    it('run in the order that was settled for the node: the table made last first, or the other way round', () => {
      const settled = (chainOrder: 'as-listed' | 'turned') => {
        const made = both()
        made.nodes.get('n1')!.chainOrder = chainOrder
        return fate(made)
      }
      assert.equal(settled('as-listed'), 'delivered default/web-3')
      assert.equal(settled('turned'), 'delivered default/web-2')
    })

    it('are no question where one of them does nothing to the packet', () => {
      const delivered = 'delivered default/web-2'
      assert.equal(fate(world(forService('k', to('10.244.2.5')), forService('l', accept))), delivered)
      assert.equal(fate(world(forService('k', accept), forService('l', to('10.244.2.5')))), delivered)
    })

    it('are a question also where a choice on the way decides whether one does anything', () => {
      const seldom = { match: { op: '==', left: { numgen: { mode: 'random', mod: 4, offset: 0 } }, right: 3 } }
      const one = forService('k', seldom, to('10.244.2.5'))
      assert.match(fate(world(one, forService('l', to('10.244.3.5')))), /unknown at n1\/netfilter/)
    })

    it('leave it open whether a mark is seen, and which drop is met is no question', () => {
      const chain = (table: string, ...does: object[]) => [
        ...nftChain(table, 'ip', 'fwd', 'forward', 0),
        nftRule(table, 'ip', 'fwd', does),
      ]
      const mark = { meta: { key: 'mark' } }
      const marks = chain('m', { mangle: { key: mark, value: 7 } })
      const dropsMarked = chain('d', { match: { op: '==', left: mark, right: 7 } }, drop)
      const way = (...nft: object[][]) => say(lab({ n1: { nft: nft.flat() } }), 'c1', TO_WEB)
      assert.equal(way(marks, dropsMarked), 'unknown at n1/netfilter')
      assert.equal(way(dropsMarked, marks), 'unknown at n1/netfilter')
      assert.match(way(chain('d', drop), chain('e', drop)), /^dropped at n1\/ip [de]\/fwd$/)
    })

    it('take back what a try of a chain did: no connection tracking', () => {
      const raw = (table: string, ...does: object[]) => [
        ...nftChain(table, 'ip', 'raw', 'prerouting', -300),
        nftRule(table, 'ip', 'raw', does),
      ]
      const never = { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'nowhere' } }
      const seldom = { match: { op: '==', left: { numgen: { mode: 'random', mod: 4, offset: 0 } }, right: 3 } }
      const untracked = (...does: object[]) =>
        fate(
          lab({ n1: { nft: [...raw('r', ...does), ...raw('s', never, drop), ...forService('k', to('10.244.2.5'))] } }),
        )
      assert.equal(untracked({ notrack: null }), 'lost (outside) at n1/eth0')
      // three of four packets are tracked on the way there, and as many of their answers on the way back
      assert.match(untracked(seldom, { notrack: null }), /^56% delivered default\/web-2; 19% .*; 25% lost [^;]*$/)
    })
  })

  it('gives no connection, and no translation, to what is not tracked', () => {
    const iptables = `*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.96.0.9/32 -j CT --notrack\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.96.0.9/32 -p tcp -j DNAT --to-destination 10.244.2.5:8080\nCOMMIT\n`
    assert.equal(say(lab({ n1: { iptables } }), 'c1', '10.96.0.9:80'), 'lost (outside) at n1/eth0')
  })

  describe('a source port that is drawn', () => {
    /** n1 gives its own packets another source port, or keeps it; answers are tracked there or not. */
    const fate = (random: string, answers: string, to = TO_WEB, more = {}) => {
      const raw = `*raw\n:PREROUTING ACCEPT [0:0]\n${answers}COMMIT\n`
      const nat = `*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o flannel.1 -j MASQUERADE${random}\nCOMMIT\n`
      return say(lab({ n1: { iptables: raw + nat } }), 'h1', to, more)
    }
    const untracked = '-A PREROUTING -i flannel.1 -j CT --notrack\n'
    const lost = `${ARRIVES}, answer lost (invalid-answer) at n1/socket`

    it('is put back by the connection, and unknown to the client without it', () => {
      for (const random of [' --random', ' --random-fully']) {
        assert.equal(fate(random, ''), ARRIVES)
        assert.equal(fate(random, untracked), lost)
      }
      assert.equal(fate('', untracked), ARRIVES)
    })

    it('is the identifier of an echo', () => {
      assert.equal(fate(' --random', '', '10.244.2.5'), ARRIVES)
      assert.equal(fate(' --random', untracked, '10.244.2.5'), lost)
      assert.equal(fate('', untracked, '10.244.2.5'), ARRIVES)
    })

    it('is out of the range of clients, and within the one that a rule gives', () => {
      const drop = (ports: string) => ({
        n2: { iptables: filter(`-A FORWARD -d 10.244.2.5/32 -p tcp -m tcp --sport ${ports} -j DROP`) },
      })
      const way = (random: string, ports: string, sport?: number) => {
        const nat = `*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -o flannel.1 -p tcp -j MASQUERADE${random}\nCOMMIT\n`
        return say(lab({ n1: { iptables: nat }, ...drop(ports) }), 'h1', TO_WEB, sport === undefined ? {} : { sport })
      }
      assert.equal(way('', '1024:32767'), ARRIVES)
      assert.match(way(' --random', '1024:32767'), /^unknown/)
      assert.equal(way(' --random', '1:1023'), ARRIVES)
      assert.equal(way(' --random', '600:1023', 700), 'dropped at n2/filter/FORWARD')
      assert.equal(way(' --random', '1:511', 80), 'dropped at n2/filter/FORWARD')
      assert.equal(way(' --to-ports 2000-2003', '2000:2003'), 'dropped at n2/filter/FORWARD')
      assert.equal(way(' --to-ports 2000-2003', '2004'), ARRIVES)
      assert.equal(way(' --to-ports 2000-2003', '2001', 2001), 'dropped at n2/filter/FORWARD')
      assert.match(way(' --to-ports 2000-2003 --random', '2001', 2001), /^unknown/)
    })
  })

  it('knows the state of first packets, answers and answers of connections it never saw', () => {
    const state = (word: string) => filter(`-A FORWARD -m conntrack --ctstate ${word} -j DROP`)
    assert.equal(forwarded(state('NEW')), 'dropped at n1/filter/FORWARD')
    assert.equal(forwarded(state('ESTABLISHED')), 'delivered default/web-2, answer dropped at n1/filter/FORWARD')
    // the way there leaves n3 out, so n3 knows no connection for the answer that comes by it
    const world = lab({
      n2: { routes: [{ dst: '10.244.1.2', gateway: '172.30.0.13', dev: 'eth0', flags: [] }] },
      n3: { iptables: state('INVALID') },
    })
    assert.equal(say(world, 'c1', TO_WEB), 'delivered default/web-2, answer dropped at n3/filter/FORWARD')
  })

  it('tells who rejects and how, and walks the refusal back', () => {
    const fate = (how: string) => forwarded(filter(`-A FORWARD -p tcp -j REJECT --reject-with ${how}`))
    assert.equal(fate('tcp-reset'), 'rejected at n1/filter/FORWARD with tcp-reset')
    assert.equal(fate('icmp-host-prohibited'), 'rejected at n1/filter/FORWARD with icmp-host-prohibited')
    const silent = filter('-A FORWARD -p tcp -j REJECT', '-A OUTPUT -p icmp -j DROP')
    assert.equal(
      forwarded(silent),
      'rejected at n1/filter/FORWARD with icmp-port-unreachable, answer dropped at n1/filter/OUTPUT',
    )
  })

  it('says unknown for a rule that it cannot read, and only if the packet comes to it', () => {
    const unread = '-A FORWARD -m u32 --u32 "0x0=0x0" -j DROP'
    const end = courses(lab({ n1: { iptables: filter(unread) } }), 'c1', TO_WEB)[0]?.end
    assert.ok(end?.fate === 'unknown')
    assert.equal(end.proof[0]?.quote, unread)
    assert.equal(forwarded(filter('-A FORWARD -p tcp -j ACCEPT', unread)), ARRIVES)
    assert.equal(
      forwarded(filter(unread.replace('-j DROP', '-p udp -j DROP').replace('FORWARD', 'FORWARD -p udp'))),
      ARRIVES,
    )
  })

  it('goes on where an undecidable rule changes nothing, and says unknown where it does', () => {
    const owner = (target: string) => filter(`-A OUTPUT -m owner --uid-owner 0 -j ${target}`)
    assert.equal(say(lab({ n1: { iptables: owner('LOG') } }), 'h1', TO_WEB), ARRIVES)
    assert.equal(say(lab({ n1: { iptables: owner('ACCEPT') } }), 'h1', TO_WEB), ARRIVES)
    assert.equal(say(lab({ n1: { iptables: owner('DROP') } }), 'h1', TO_WEB), 'unknown at n1/filter/OUTPUT')
    assert.equal(forwarded(owner('DROP')), ARRIVES)
  })

  it('does not take one try in two for the answer where it may be none', () => {
    const half = '-A FORWARD -m statistic --mode random --probability 0.50000000000 -j DROP'
    // nobody knows how long a datagram is
    const long = '-A FORWARD -m length --length 500:65535 -j DROP'
    const fate = (...rules: string[]) =>
      say(lab({ n1: { iptables: filter('-A FORWARD -i flannel.1 -j ACCEPT', ...rules) } }), 'c1', '10.244.2.5:53', {
        protocol: 'udp',
      })
    const at = 'at n1/filter/FORWARD'
    assert.match(fate(half), /^50% dropped at n1\/filter\/FORWARD; 50% /)
    assert.equal(fate(half, long), `50% dropped ${at}; 50% unknown ${at}`)
    assert.equal(fate(long, half), `unknown ${at}`)
    assert.match(fate(long.replace('DROP', 'ACCEPT'), '-A FORWARD -j DROP'), /^unknown/)
    assert.equal(fate(long, '-A FORWARD -j DROP'), `dropped ${at}`)
  })

  it('hands a reset for what came by a bridge to the sender past all rules and translation', () => {
    const reset = (to: string, ...more: string[]) => {
      const iptables = filter(...more, `-A FORWARD -d ${to} -p tcp -j REJECT --reject-with tcp-reset`)
      const nat =
        '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.96.0.9/32 -p tcp -j DNAT --to-destination 10.244.2.5:8080\nCOMMIT\n'
      return lab({ n1: { iptables: iptables + nat } })
    }
    const silenced = reset('10.244.2.5/32', '-A OUTPUT -p tcp -j DROP')
    const rejected = 'rejected at n1/filter/FORWARD with tcp-reset'
    assert.equal(say(silenced, 'c1', TO_WEB), rejected)
    // the sender knows the address that it asked, not the one that the reset comes from
    assert.equal(
      say(reset('10.244.2.5/32'), 'c1', '10.96.0.9:80'),
      `${rejected}, answer lost (invalid-answer) at pod default/client-1`,
    )
    assert.equal(say(silenced, 'c2', '10.244.1.5:8080'), ARRIVES.replace('2', '1'))
  })

  it('does not know what a program decides, but what fails in spite of it', () => {
    const queue = '-A FORWARD -m conntrack --ctstate NEW -j NFQUEUE --queue-num 100 --queue-bypass'
    assert.equal(forwarded(filter(queue)), 'unknown at n1/filter/FORWARD')
    const world = lab({ n1: { iptables: filter(queue) }, n2: { iptables: filter('-A FORWARD -p tcp -j DROP') } })
    assert.equal(say(world, 'c1', TO_WEB), 'dropped at n2/filter/FORWARD')
  })

  it('takes any free source port for what it is', () => {
    const sport = (range: string) => forwarded(filter(`-A FORWARD -p tcp -m tcp --sport ${range} -j DROP`))
    assert.equal(sport('1024:65535'), 'dropped at n1/filter/FORWARD')
    assert.equal(sport('53'), ARRIVES)
    assert.equal(sport('40000:50000'), 'unknown at n1/filter/FORWARD')
    const known = say(
      lab({ n1: { iptables: filter('-A FORWARD -p tcp -m tcp --sport 40000:50000 -j DROP') } }),
      'c1',
      TO_WEB,
      { sport: 50001 },
    )
    assert.equal(known, ARRIVES)
  })

  it('needs every dump of the packet’s family', () => {
    const world = lab()
    world.nodes.get('n1')!.rulesMissing = [{ path: 'nodes/n1/nft.jsonl', why: 'no nft' }]
    assert.equal(say(world, 'c1', TO_WEB), 'unknown at n1/prerouting')
    world.nodes.get('n1')!.rulesMissing = [{ path: 'nodes/n1/ip6tables-nft.txt', why: 'no ip6tables' }]
    assert.equal(say(world, 'c1', TO_WEB), ARRIVES)
  })

  it('looks into maps, sets and verdict maps of nft', () => {
    const key = {
      concat: [
        { payload: { protocol: 'ip', field: 'daddr' } },
        { meta: { key: 'l4proto' } },
        { payload: { protocol: 'th', field: 'dport' } },
      ],
    }
    const nft = [
      ...nftChain('k', 'ip', 'pre', 'prerouting', -100, 'accept', 'nat'),
      {
        map: {
          family: 'ip',
          table: 'k',
          name: 'ips',
          type: ['ipv4_addr', 'inet_proto', 'inet_service'],
          map: 'verdict',
          elem: [[{ concat: ['10.96.0.9', 'tcp', 80] }, { goto: { target: 'web' } }]],
        },
      },
      { chain: { family: 'ip', table: 'k', name: 'web' } },
      nftRule('k', 'ip', 'pre', [{ vmap: { key, data: '@ips' } }]),
      nftRule('k', 'ip', 'web', [
        { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } },
        {
          dnat: {
            family: 'ip',
            addr: {
              map: {
                key: { numgen: { mode: 'random', mod: 2, offset: 0 } },
                data: {
                  set: [
                    [0, { concat: ['10.244.1.5', 8080] }],
                    [1, { concat: ['10.244.2.5', 8080] }],
                  ],
                },
              },
            },
          },
        },
      ]),
    ]
    const world = lab({ n3: { nft } })
    assert.equal(say(world, 'c3', '10.96.0.9:80'), '50% delivered default/web-1; 50% delivered default/web-2')
    assert.equal(say(world, 'c3', '10.96.0.9:81'), 'lost (outside) at n3/eth0')
  })

  it('asks ipsets in the directions that the rule names', () => {
    const ipset = 'create ports hash:ip,port family inet\nadd ports 10.244.2.5,tcp:8080'
    const fate = (dirs: string) =>
      say(lab({ n1: { ipset, iptables: filter(`-A FORWARD -m set --match-set ports ${dirs} -j DROP`) } }), 'c1', TO_WEB)
    assert.equal(fate('dst,dst'), 'dropped at n1/filter/FORWARD')
    assert.equal(fate('src,dst'), ARRIVES)
    assert.equal(forwarded(filter('-A FORWARD -m set --match-set absent dst -j DROP')), 'unknown at n1/filter/FORWARD')
  })

  it('follows an affinity that the dump shows, and takes any endpoint for a client that it does not show', () => {
    const set = (elem: string[]) => [
      ...nftChain('k', 'ip', 'pre', 'prerouting', -100, 'accept', 'nat'),
      {
        set: {
          family: 'ip',
          table: 'k',
          name: 'sticky',
          type: 'ipv4_addr',
          flags: ['dynamic', 'timeout'],
          timeout: 10800,
          elem,
        },
      },
      nftRule('k', 'ip', 'pre', [
        { match: { op: '==', left: { payload: { protocol: 'ip', field: 'saddr' } }, right: '@sticky' } },
        { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } },
        { dnat: { family: 'ip', addr: '10.244.2.5', port: 8080 } },
      ]),
      nftRule('k', 'ip', 'pre', [
        { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } },
        {
          dnat: {
            family: 'ip',
            addr: {
              map: {
                key: { numgen: { mode: 'random', mod: 2, offset: 0 } },
                data: {
                  set: [
                    [0, '10.244.1.5'],
                    [1, '10.244.2.5'],
                  ],
                },
              },
            },
            port: 8080,
          },
        },
      ]),
    ]
    const fate = (elem: string[]) => say(lab({ n3: { nft: set(elem) } }), 'c3', '10.96.0.9:80')
    assert.equal(fate(['10.244.3.2']), ARRIVES)
    assert.equal(fate(['10.244.3.9']), '50% delivered default/web-1; 50% delivered default/web-2')
  })

  it('passes bridged frames through FORWARD with their ports, if bridge-nf is on', () => {
    const iptables = filter('-A FORWARD -m physdev --physdev-out vethweb -j DROP')
    assert.equal(say(lab({ n1: { iptables } }), 'c1', '10.244.1.5:8080'), 'dropped at n1/filter/FORWARD')
    const sysctls = { 'net/bridge/bridge-nf-call-iptables': '0' }
    assert.equal(say(lab({ n1: { iptables, sysctls } }), 'c1', '10.244.1.5:8080'), 'delivered default/web-1')
  })

  it('does not know by which port a pod comes that the forwarding table does not show', () => {
    const world = (port: string) => {
      const one = lab({ n1: { iptables: filter(`-A FORWARD -m physdev --physdev-in ${port} -j DROP`) } })
      const { fdb } = one.nodes.get('n1')!
      if ('value' in fdb) fdb.value = fdb.value.filter((entry) => entry.dev !== 'vethclient')
      return say(one, 'c1', '10.244.1.5:8080')
    }
    assert.equal(world('vethclient'), 'unknown at n1/filter/FORWARD')
    assert.equal(world('veth+'), 'dropped at n1/filter/FORWARD')
    assert.equal(world('eth0'), 'delivered default/web-1')
  })

  describe('a chain on a device', () => {
    const on = (dev: string, hook: string, ...does: object[]) => [
      ...nftChain('dev', 'netdev', 'c', hook, 0),
      nftRule('dev', 'netdev', 'c', does),
      { devices: { family: 'netdev', table: 'dev', chain: 'c', names: [dev] } },
    ]
    const protocol = (name: string) => ({ match: { op: '==', left: { meta: { key: 'l4proto' } }, right: name } })

    it('sees what comes in or goes out by it, and nothing else', () => {
      const fate = (...nft: object[]) => say(lab({ n1: { nft } }), 'c1', TO_WEB)
      assert.equal(fate(...on('eth0', 'egress', protocol('udp'), drop)), 'dropped at n1/netdev dev/c')
      assert.equal(fate(...on('eth0', 'egress', protocol('tcp'), drop)), ARRIVES)
      assert.equal(fate(...on('flannel.1', 'egress', protocol('tcp'), drop)), 'dropped at n1/netdev dev/c')
      assert.equal(fate(...on('vethclient', 'ingress', protocol('tcp'), drop)), 'dropped at n1/netdev dev/c')
      assert.equal(fate(...on('vethweb', 'ingress', protocol('tcp'), drop)), ARRIVES)
      assert.equal(fate(...on('eth0', 'ingress', drop)), `${ARRIVES}, answer dropped at n1/netdev dev/c`)
    })

    it('may or may not see what a bridge switches to a new destination', () => {
      const iptables =
        '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.96.0.9/32 -p tcp -j DNAT --to-destination 10.244.1.5:8080\nCOMMIT\n'
      const fate = (...nft: object[]) => say(lab({ n1: { iptables, nft } }), 'c1', '10.96.0.9:80')
      assert.equal(fate(), 'delivered default/web-1')
      assert.equal(fate(...on('cni0', 'egress', protocol('tcp'), drop)), 'unknown at n1/cni0')
      assert.equal(fate(...on('cni0', 'egress', protocol('udp'), drop)), 'delivered default/web-1')
    })
  })

  it('passes a frame for a fixed MAC address that nobody has through FORWARD, since it is flooded', () => {
    const nat =
      '*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -d 10.96.0.9/32 -p tcp -j DNAT --to-destination 10.244.1.5:8080\nCOMMIT\n'
    const fate = (lladdr: string, rules: string[], hairpin = true, isolated = false, state = 'forwarding') => {
      const neighbours = [{ dst: '10.244.1.5', dev: 'cni0', lladdr, state: ['PERMANENT'] }]
      const port = (data: object) => ({
        linkinfo: { info_kind: 'veth', info_slave_kind: 'bridge', info_slave_data: { hairpin, isolated, ...data } },
      })
      const links = { vethclient: port({ state: 'forwarding' }), vethweb: port({ state }) }
      return say(lab({ n1: { iptables: nat + filter(...rules), neighbours, links } }), 'c1', '10.96.0.9:80')
    }
    const reject = '-A FORWARD -p tcp -j REJECT --reject-with icmp-net-unreachable'
    const lost = 'lost (neighbour) at n1/bridge cni0'
    const rejected = 'rejected at n1/filter/FORWARD with icmp-net-unreachable'
    const [nobodys, clients, own] = ['0a:00:00:00:00:88', '0a:02:00:00:00:01', '0a:05:00:00:00:01']
    assert.equal(fate(nobodys, []), lost)
    assert.equal(fate(nobodys, [reject]), rejected)
    const byWeb = reject.replace('-p tcp', '-p tcp -m physdev --physdev-out vethweb')
    assert.equal(fate(nobodys, [byWeb]), `unknown at n1/filter/FORWARD`)
    assert.equal(fate(nobodys, [byWeb], false), rejected)
    assert.equal(fate(nobodys, [reject], false, true), lost)
    assert.equal(fate(nobodys, [reject], false, false, 'disabled'), lost)
    assert.equal(fate(clients, [reject]), rejected)
    assert.equal(fate(clients, [byWeb]), lost)
    assert.equal(fate(clients, [reject], false), lost)
    assert.equal(fate(own, []), 'delivered default/web-1')
    assert.equal(fate(own, [reject]), rejected)
  })

  it('passes every frame on a bridge through the bridge family', () => {
    const nft = [
      ...nftChain('b', 'bridge', 'f', 'forward', 0),
      nftRule('b', 'bridge', 'f', [
        { match: { op: '==', left: { meta: { key: 'oifname' } }, right: 'vethweb' } },
        drop,
      ]),
    ]
    assert.equal(say(lab({ n1: { nft } }), 'c1', '10.244.1.5:8080'), 'dropped at n1/bridge b/f')
    assert.equal(say(lab({ n1: { nft } }), 'c1', TO_WEB), ARRIVES)
  })

  it('asks for the way back to a source without regard to the device, and then whether it goes by that device', () => {
    // nft_fib_eval, xt_rpfilter: a shorter route by the device, as the default one here, does not help
    const left = { fib: { result: 'oif', flags: ['saddr', 'iif'] } }
    const missing = { match: { op: '==', left, right: false } }
    const nft = [...nftChain('fw', 'ip', 'pre', 'prerouting', -300), nftRule('fw', 'ip', 'pre', [missing, drop])]
    const rpfilter = '*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -m rpfilter --invert -j DROP\nCOMMIT\n'
    const both = [
      {
        dst: '10.244.1.0/24',
        flags: [],
        nexthops: [
          { dev: 'flannel.1', weight: 1, flags: [] },
          { dev: 'eth0', weight: 1, flags: [] },
        ],
      },
    ]
    const fate = (from: string, n2: NodeLab) => say(lab({ n2 }), from, '172.30.0.12:10250')
    for (const n2 of [{ nft }, { iptables: rpfilter }]) {
      assert.match(fate('c1', n2), /^dropped at n2/)
      assert.equal(fate('h1', n2), 'delivered n2')
      // the way of the answer is a matter of the kernel's hash
      assert.equal(fate('c1', { ...n2, routes: both, without: ['10.244.1.0/24'] }), 'unknown at n2/route')
    }
  })
})
