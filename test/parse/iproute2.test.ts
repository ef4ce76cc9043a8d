import assert from 'node:assert/strict'
import { parseAddresses } from '../../src/parse/addresses.ts'
import { parseFdb } from '../../src/parse/fdb.ts'
import { parseIpRules } from '../../src/parse/ip-rules.ts'
import { parseLinks } from '../../src/parse/links.ts'
import { parseNeighbours } from '../../src/parse/neighbours.ts'
import { parseRoutes } from '../../src/parse/routes.ts'
import { sample } from './sample.ts'

/** The one item of `items` that `matches` describes, without its line. */
function one<T extends object>(items: T[], matches: Partial<T>): Omit<T, 'line' | 'raw'> {
  const found = items.filter((item) => Object.entries(matches).every(([key, value]) => item[key as keyof T] === value))
  assert.equal(found.length, 1, JSON.stringify(matches))
  const { line, raw, ...rest } = found[0] as T & { line: number; raw: string }
  assert.ok(line > 0 && raw.length > 0)
  return rest as Omit<T, 'line' | 'raw'>
}

describe('links', () => {
  const links = parseLinks(sample('iproute2/namespace-links.jsonl')).items

  it('reads a bridge port with hairpin mode and the index of its peer', () => {
    assert.deepEqual(one(links, { name: 'veth1' }), {
      index: 5,
      name: 'veth1',
      up: true,
      operstate: 'UP',
      carrier: true,
      mac: '52:ec:41:06:d6:96',
      mtu: 1500,
      kind: 'veth',
      promiscuous: false,
      master: 'cni0',
      peerIndex: 4,
      port: { hairpin: true, state: 'forwarding', isolated: false },
    })
  })

  it('tells an isolated and promiscuous port from a disabled one without hairpin mode', () => {
    assert.deepEqual(links.find((l) => l.name === 'veth2')?.port, {
      hairpin: true,
      state: 'forwarding',
      isolated: true,
    })
    assert.equal(links.find((l) => l.name === 'veth2')?.promiscuous, true)
    assert.deepEqual(links.find((l) => l.name === 'veth3')?.port, {
      hairpin: false,
      state: 'disabled',
      isolated: false,
    })
    assert.equal(links.find((l) => l.name === 'veth3')?.operstate, 'LOWERLAYERDOWN')
  })

  it('reads VXLAN devices of flannel, of a multicast group and over IPv6', () => {
    assert.deepEqual(links.find((l) => l.name === 'flannel.1')?.vxlan, {
      id: 1,
      port: 8472,
      learning: false,
      local: '172.30.0.11',
      dev: 'eth0',
    })
    assert.equal(links.find((l) => l.name === 'vxl2')?.vxlan?.group, '239.1.1.1')
    assert.equal(links.find((l) => l.name === 'vxl6')?.vxlan?.local, 'fd00:30::11')
  })

  it('reads what a bridge does with netfilter and VLANs', () => {
    const text =
      '{"ifindex":9,"ifname":"br1","flags":["UP"],"mtu":1500,"linkinfo":{"info_kind":"bridge","info_data":{"vlan_filtering":1,"nf_call_iptables":1,"nf_call_ip6tables":0}}}'
    assert.deepEqual(parseLinks(text).items[0]?.bridge, {
      vlanFiltering: true,
      nfCallIptables: true,
      nfCallIp6tables: false,
    })
  })

  it('tells an interface that is administratively down from one without carrier', () => {
    assert.equal(links.find((l) => l.name === 'vxl2')?.up, false)
    const eth0 = links.find((l) => l.name === 'eth0')
    assert.deepEqual([eth0?.up, eth0?.operstate], [true, 'DOWN'])
  })

  it('keeps a link whose name is that of a method of every object', () => {
    assert.equal(parseLinks('{"ifindex":1,"ifname":"hasOwnProperty","flags":[]}').items[0]?.name, 'hasOwnProperty')
    assert.equal(parseLinks('{"ifindex":1,"ifname":"x","__proto__":{"mtu":9}}').items[0]?.mtu, 0)
  })
})

describe('addresses', () => {
  const addresses = parseAddresses(sample('iproute2/namespace-addresses.jsonl')).items

  it('reads peers, secondary and deprecated addresses', () => {
    assert.deepEqual(one(addresses, { address: '10.1.1.1' }), {
      dev: 'eth1',
      family: 4,
      address: '10.1.1.1',
      prefixLength: 32,
      scope: 'global',
      flags: [],
      peer: '10.1.1.2',
    })
    assert.deepEqual(one(addresses, { address: '172.31.0.13' }).flags, [
      'secondary',
      'deprecated',
      'noprefixroute',
      'dynamic',
    ])
    assert.deepEqual(one(addresses, { address: '172.31.0.12' }).flags, ['secondary'])
  })

  it('finds every virtual address on the interface of IPVS', () => {
    const ipvs = parseAddresses(sample('iproute2/ipvs-node-addresses.jsonl')).items.filter(
      (a) => a.dev === 'kube-ipvs0',
    )
    assert.ok(ipvs.some((a) => a.address === '10.96.0.1' && a.prefixLength === 32))
    assert.equal(ipvs.length, new Set(ipvs.map((a) => a.address)).size)
  })

  it('passes over the empty objects of older iproute2', () => {
    assert.deepEqual(parseAddresses('[{},{"ifname":"lo","addr_info":[{}]}]'), { items: [], unread: [], read: 1 })
    assert.equal(
      parseAddresses('{"ifname":"lo","addr_info":[{"local":"127.0.0.1","prefixlen":8}]}').items[0]?.scope,
      'global',
    )
  })
})

describe('routes', () => {
  const routes = parseRoutes(sample('iproute2/namespace-routes.jsonl'), 4).items

  it('reads flannel’s routes with their onlink gateways', () => {
    assert.deepEqual(one(routes, { destination: '10.244.2.0/24' }), {
      family: 4,
      type: 'unicast',
      destination: '10.244.2.0/24',
      table: 'main',
      metric: 0,
      flags: ['onlink'],
      dev: 'flannel.1',
      gateway: '10.244.2.0',
    })
  })

  it('reads every type of route that swallows packets', () => {
    const type = (destination: string) => one(routes, { destination }).type
    assert.deepEqual(
      [type('10.9.0.0/16'), type('10.8.0.0/16'), type('10.7.0.0/16'), type('10.6.0.0/16')],
      ['blackhole', 'unreachable', 'prohibit', 'throw'],
    )
    assert.equal(one(routes, { destination: '10.8.0.0/16' }).metric, 77)
    assert.equal(one(routes, { destination: '10.6.0.0/16' }).table, '100')
  })

  it('reads several next hops, a gateway of the other family, a source, an MTU and a TOS', () => {
    assert.deepEqual(one(routes, { destination: '10.5.0.0/16' }).nexthops, [
      { gateway: '172.30.0.2', dev: 'eth0', weight: 2, flags: ['linkdown'] },
      { gateway: '172.31.0.2', dev: 'eth1', weight: 1, flags: [] },
    ])
    assert.deepEqual(
      [one(routes, { destination: '10.3.0.0/16' }).gateway, one(routes, { destination: '10.3.0.0/16' }).family],
      ['fe80::1', 4],
    )
    assert.deepEqual(
      [one(routes, { destination: '10.4.0.0/16' }).source, one(routes, { destination: '10.4.0.0/16' }).mtu],
      ['172.31.0.12', 1400],
    )
    assert.equal(one(routes, { destination: '10.20.0.0/16' }).tos, 16)
  })

  it('keeps the default routes of all tables and metrics apart', () => {
    const defaults = routes.filter((r) => r.destination === '0.0.0.0/0').map((r) => [r.table, r.metric, r.dev])
    assert.deepEqual(defaults, [
      ['200', 0, 'eth1'],
      ['main', 0, 'eth0'],
      ['main', 500, 'eth1'],
    ])
  })

  it('knows IPv6 routes in a dump of both families, also a default route without an address', () => {
    const text =
      '{"dst":"default","dev":"eth0","metric":1024,"flags":[],"pref":"medium"}\n{"dst":"default","dev":"eth0","flags":[]}\n{"dst":"fd03::/32","from":"fd00:30::/64","dev":"eth0","flags":[]}'
    assert.deepEqual(
      parseRoutes(text, 4).items.map((r) => [r.family, r.destination, r.from]),
      [
        [6, '::/0', undefined],
        [4, '0.0.0.0/0', undefined],
        [6, 'fd03::/32', 'fd00:30::/64'],
      ],
    )
  })

  it('knows the family of a default route by its next hops', () => {
    const text =
      '{"dst":"default","metric":1024,"flags":[],"nexthops":[{"gateway":"fd00::1","dev":"eth0","weight":1,"flags":[]}]}'
    assert.deepEqual([parseRoutes(text, 4).items[0]?.family, parseRoutes(text, 4).items[0]?.destination], [6, '::/0'])
  })

  it('names what it cannot express instead of forgetting it', () => {
    const text =
      '{"dst":"10.0.0.0/8","encap":"mpls","dev":"eth0","flags":[]}\n{"type":"xresolve","dst":"10.0.0.0/8"}\n{"dst":"nowhere"}'
    const { items, unread } = parseRoutes(text, 4)
    assert.deepEqual([items[0]?.unread, unread.map((u) => u.line)], [['encap'], [2, 3]])
  })
})

describe('policy rules', () => {
  const rules = parseIpRules(sample('iproute2/namespace-rules.jsonl'), 4).items

  it('reads selectors, marks with and without mask, and negation', () => {
    assert.deepEqual(one(rules, { priority: 100 }), {
      family: 4,
      priority: 100,
      unread: [],
      from: '172.31.0.0/24',
      table: '200',
    })
    assert.deepEqual(one(rules, { priority: 99 }).mark, { value: 0x4000, mask: 0xf000 })
    assert.deepEqual(one(rules, { priority: 98 }), {
      family: 4,
      priority: 98,
      unread: [],
      to: '10.0.0.0/8',
      iif: 'eth0',
      table: 'main',
      mark: { value: 5, mask: 0xffffffff },
    })
    assert.equal(one(rules, { priority: 96 }).not, true)
  })

  it('reads actions, jumps and suppression', () => {
    assert.equal(one(rules, { priority: 97 }).action, 'prohibit')
    assert.equal(one(rules, { priority: 92 }).action, 'blackhole')
    assert.deepEqual([one(rules, { priority: 500 }).action, one(rules, { priority: 500 }).goto], ['goto', 32766])
    assert.equal(one(rules, { priority: 901 }).action, 'nop')
    assert.equal(one(rules, { priority: 95 }).suppressPrefixLength, 0)
  })

  it('lists the selectors that it does not understand', () => {
    assert.deepEqual(one(rules, { priority: 94 }).unread, ['ipproto', 'sport', 'dport_start', 'dport_end'])
    assert.deepEqual(one(rules, { priority: 93 }).unread, ['uid_start', 'uid_end'])
    assert.deepEqual(one(rules, { priority: 90 }).unread, ['tos'])
    assert.deepEqual(one(rules, { priority: 1000 }).unread, ['l3mdev'])
  })

  it('takes the family of an address before that of the question', () => {
    const text =
      '{"priority":5,"src":"fd00::","srclen":8,"table":"1"}\n{"priority":6,"src":"all","dst":"fd00::","dstlen":8,"table":"1"}'
    assert.deepEqual(
      parseIpRules(text, 4).items.map((r) => r.family),
      [6, 6],
    )
  })

  it('lists an action, a mark and a jump that it cannot read', () => {
    const text =
      '{"priority":5,"action":"masquerade"}\n{"priority":6,"fwmark":"x"}\n{"priority":7,"goto":"x"}\n{"priority":8,"src":"x"}'
    assert.deepEqual(
      parseIpRules(text, 4).items.map((r) => r.unread),
      [['action'], ['fwmark'], ['goto'], ['src']],
    )
  })

  it('takes the family of the question where a rule has no address', () => {
    const six = parseIpRules(sample('iproute2/namespace-rules6.jsonl'), 6).items
    assert.deepEqual(new Set(six.map((r) => r.family)), new Set([6]))
    assert.equal(one(six, { priority: 100 }).from, 'fd00::/8')
  })
})

describe('neighbours and forwarding entries', () => {
  it('reads permanent and incomplete neighbours and passes over proxy entries', () => {
    const { items } = parseNeighbours(
      `${sample('iproute2/namespace-neighbours.jsonl')}{"dst":"172.30.0.99","dev":"eth0","proxy":null}\n`,
    )
    assert.deepEqual(one(items, { address: '10.244.0.0' }), {
      family: 4,
      address: '10.244.0.0',
      dev: 'flannel.1',
      state: ['PERMANENT'],
      mac: 'b6:d2:dd:ed:db:d0',
    })
    assert.deepEqual(one(items, { address: '172.30.0.77' }), {
      family: 4,
      address: '172.30.0.77',
      dev: 'eth0',
      state: ['INCOMPLETE'],
    })
    assert.equal(items.length, 4)
  })

  it('reads remote ends of VXLAN devices with port, VNI and device of their own', () => {
    const { items } = parseFdb(sample('iproute2/namespace-fdb.jsonl'))
    assert.deepEqual(one(items, { mac: 'b6:d2:dd:ed:db:d0' }), {
      mac: 'b6:d2:dd:ed:db:d0',
      dev: 'flannel.1',
      state: 'permanent',
      dst: '172.30.0.10',
    })
    assert.deepEqual(one(items, { dev: 'vxl6' }), {
      mac: '00:00:00:00:00:00',
      dev: 'vxl6',
      state: 'permanent',
      dst: 'fd00:30::12',
      port: 4790,
      vni: 9,
      via: 'eth0',
    })
  })

  it('tells learned entries of a bridge port from static ones', () => {
    const { items } = parseFdb(sample('iproute2/namespace-fdb.jsonl'))
    assert.deepEqual(
      [one(items, { mac: '02:00:00:00:00:09' }).state, one(items, { mac: '02:00:00:00:00:08' }).state],
      ['', 'static'],
    )
    assert.equal(one(items, { mac: '02:00:00:00:00:09' }).master, 'cni0')
  })
})
