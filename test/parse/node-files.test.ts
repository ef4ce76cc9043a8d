import assert from 'node:assert/strict'
import { parseHosts } from '../../src/parse/hosts.ts'
import { parseNetstat } from '../../src/parse/netstat.ts'
import { parseResolvConf } from '../../src/parse/resolv-conf.ts'
import { parseSysctls } from '../../src/parse/sysctls.ts'
import { sample } from './sample.ts'

describe('kernel counters', () => {
  it('have the same names in /proc as nstat gives them', () => {
    const nstat = new Set(parseNetstat(sample('netstat/cluster-nstat.txt')).items.map((c) => c.name))
    const proc = new Set(parseNetstat(sample('netstat/cluster-proc.txt')).items.map((c) => c.name))
    for (const name of [
      'TcpExtListenOverflows',
      'TcpExtListenDrops',
      'TcpExtIPReversePathFilter',
      'IpInReceives',
      'UdpNoPorts',
    ]) {
      assert.ok(nstat.has(name), name)
      assert.ok(proc.has(name), name)
    }
    assert.ok(
      [...nstat].every(
        (name) => proc.has(name) || name.startsWith('Ip6') || name.startsWith('Icmp6') || /Lite6|Udp6/.test(name),
      ),
    )
  })

  it('are read with their values, also negative ones', () => {
    const { items } = parseNetstat(
      'TcpExt: A B\nTcpExt: 1 -1\nIp6InReceives                   7\nIpInHdrErrors 3 0.0\n',
    )
    assert.deepEqual(
      items.map((c) => [c.name, c.value, c.line]),
      [
        ['TcpExtA', 1, 2],
        ['TcpExtB', -1, 2],
        ['Ip6InReceives', 7, 3],
        ['IpInHdrErrors', 3, 4],
      ],
    )
  })

  it('are not read where names and values do not fit', () => {
    const { items, unread } = parseNetstat('TcpExt: A B\nTcpExt: 1\nIp: 4\n')
    assert.deepEqual([items.length, unread.map((u) => u.line)], [0, [2, 3]])
  })
})

describe('resolv.conf', () => {
  it('of a pod has one nameserver, the search list and ndots', () => {
    const { value } = parseResolvConf(sample('resolver/pod-resolv.txt'))
    assert.deepEqual(
      value.nameservers.map((n) => n.address),
      ['10.96.0.10'],
    )
    assert.deepEqual(value.search?.domains, ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'])
    assert.equal(value.options.get('ndots')?.value, '5')
  })

  it('takes the last of search and domain, and adds options up', () => {
    const { value, unread } = parseResolvConf(
      'search a b\ndomain c d\noptions ndots:2 rotate\noptions timeout:1\n# x\n; y\nsortlist 1.2.3.4\n',
    )
    assert.deepEqual(
      [value.search?.domains, value.search?.line, [...value.options.keys()]],
      [['c'], 2, ['ndots', 'rotate', 'timeout']],
    )
    assert.deepEqual(unread, [])
  })

  it('keeps the order of nameservers and says which lines the resolver passes over', () => {
    const { value, unread } = parseResolvConf(
      'nameserver 10.0.0.2\nnameserver dns.example\nnameserver FE80::1%eth0\nnamserver 10.0.0.3\n',
    )
    assert.deepEqual(
      value.nameservers.map((n) => n.address),
      ['10.0.0.2', 'fe80::1%eth0'],
    )
    assert.deepEqual(
      unread.map((u) => u.line),
      [2, 4],
    )
  })
})

describe('hosts', () => {
  it('reads names of an address and leaves comments out', () => {
    const { items } = parseHosts('10.0.0.1 web web.default # old\n\n#10.0.0.2 x\n::1 localhost\n')
    assert.deepEqual(
      items.map((h) => [h.address, h.names]),
      [
        ['10.0.0.1', ['web', 'web.default']],
        ['::1', ['localhost']],
      ],
    )
  })

  it('of a pod holds its own name', () => {
    assert.ok(
      parseHosts(sample('resolver/pod-hosts.txt')).items.some(
        (h) => h.address === '10.244.2.4' && h.names[0]?.startsWith('client-'),
      ),
    )
  })
})

describe('sysctls', () => {
  it('are read by path, with dots in interface names and values of several words', () => {
    const { value } = parseSysctls(sample('sysctl/cluster.txt'))
    assert.equal(value.get('net/ipv4/ip_forward')?.value, '1')
    assert.equal(value.get('net/ipv4/conf/flannel.1/rp_filter')?.value, '0')
    assert.equal(value.get('net/ipv4/ip_local_port_range')?.value, '32768\t60999')
  })

  it('keep the first of two lines, and list errors of cat', () => {
    const { value, unread } = parseSysctls(
      "net/ipv4/ip_forward 0\nnet/ipv4/ip_forward 1\ncat: can't open 'net/x': No such file\nnet/core/empty\n",
    )
    assert.deepEqual([value.get('net/ipv4/ip_forward')?.value, value.get('net/core/empty')?.value], ['0', ''])
    assert.deepEqual(
      unread.map((u) => u.line),
      [2, 3],
    )
  })
})
