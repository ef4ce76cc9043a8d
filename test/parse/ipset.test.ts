import assert from 'node:assert/strict'
import { ipsetKey, parseIpset } from '../../src/parse/ipset.ts'
import { sample } from './sample.ts'
import { sayElement, sayOperand } from './say-rule.ts'

const kinds = parseIpset(sample('ipset/kinds.txt'))
const setOf = (name: string) => kinds.sets.get(name) ?? assert.fail(`no set ${name}`)

describe('ipset save', () => {
  it('reads the elements of every type', () => {
    const elements = Object.fromEntries([...kinds.sets.values()].map((set) => [set.name, set.elements.map(sayElement)]))
    assert.deepEqual(kinds.unread, [])
    assert.deepEqual(elements, {
      'k-ip': ['10.0.0.1', '10.0.0.2'],
      'k-ip-mask': ['10.1.2.0/24'],
      'k-ip6': ['fd00::1'],
      'k-net': ['10.9.0.0/16 nomatch', '10.0.0.0/8', '1.2.3.4'],
      'k-net6': ['fd00:9::/32 nomatch', 'fd00::/8'],
      'k-ipport': [
        '(10.0.0.1 . "tcp" . 80)',
        '(10.0.0.1 . "icmp" . 2048)',
        '(10.0.0.1 . "47" . 0)',
        '(10.0.0.1 . "udp" . 53)',
        '(10.0.0.1 . "sctp" . 5000)',
      ],
      'k-ipport6': ['(fd00::1 . "tcp" . 80)', '(fd00::1 . "icmpv6" . 32768)'],
      'k-ipportip': ['(10.0.0.1 . "tcp" . 80 . 10.0.0.2)'],
      'k-ipportnet': ['(10.0.0.1 . "tcp" . 80 . 192.168.0.0/16)'],
      'k-netport': ['(10.0.0.0/8 . "tcp" . 443)'],
      'k-netiface': ['(10.0.0.0/8 . "eth0")'],
      'k-ports': ['30000', '30001', '30002', '30080'],
      'k-bitip': ['10.5.0.7'],
      'k-timeout': ['10.7.7.7'],
      'k-list': ['"k-ip"', '"k-net"'],
    })
  })

  it('keeps line, family, members and whether elements go away by themselves', () => {
    assert.equal(setOf('k-ip').line, 1)
    assert.equal(setOf('k-ip').elements[1]?.line, 3)
    assert.equal(setOf('k-ip').family, 'ip')
    assert.equal(setOf('k-net6').family, 'ip6')
    assert.equal(setOf('k-ports').family, undefined)
    assert.deepEqual(setOf('k-list').members, ['k-ip', 'k-net'])
    assert.deepEqual(
      [...kinds.sets.values()].filter((set) => set.dynamic).map(({ name }) => name),
      ['k-timeout'],
    )
  })

  it('reads all that kube-proxy in IPVS mode and Calico keep', () => {
    for (const [path, name, first] of [
      ['ipset/kube-proxy-ipvs.txt', 'KUBE-CLUSTER-IP', '(10.96.0.10 . "tcp" . 9153)'],
      ['ipset/kube-proxy-ipvs.txt', 'KUBE-LOAD-BALANCER-SOURCE-CIDR', '(172.30.0.201 . "tcp" . 80 . 172.30.0.11)'],
      ['ipset/calico.txt', 'cali40n:port-web', '(10.244.1.7 . "tcp" . 8080)'],
    ] as const) {
      const dump = parseIpset(sample(path))
      assert.deepEqual(dump.unread, [])
      const [element] = dump.sets.get(name)?.elements ?? []
      assert.equal(element && sayElement(element), first)
    }
  })

  it('says which part of a packet each type looks up', () => {
    const key = (name: string, ...dirs: ('src' | 'dst')[]) => {
      const operand = ipsetKey(setOf(name), dirs)
      return operand && sayOperand(operand)
    }
    assert.equal(key('k-ip', 'src'), 'saddr')
    assert.equal(key('k-net', 'dst', 'dst'), 'daddr')
    assert.equal(key('k-ipport', 'dst', 'dst'), 'daddr . l4proto . dport')
    assert.equal(key('k-ipportip', 'dst', 'dst', 'src'), 'daddr . l4proto . dport . saddr')
    assert.equal(key('k-ports', 'dst'), 'dport')
    assert.equal(key('k-netiface', 'src', 'dst'), 'saddr . oifname')
    assert.equal(key('k-ipport', 'dst'), undefined)
  })

  it('lists what it does not know and marks the set as incomplete', () => {
    const text = [
      'create macs bitmap:ip,mac range 10.6.0.0-10.6.255.255',
      'add macs 10.6.0.1,00:11:22:33:44:55',
      'create a hash:ip family inet',
      'add a not-an-address',
      'add a 10.0.0.1 wonder',
      'add gone 10.0.0.1',
      'create b hash:ip,port family inet netmask 24',
      'destroy a',
      'create a hash:ip family inet6',
      '',
    ].join('\r\n')
    const dump = parseIpset(text)
    assert.deepEqual(
      dump.unread.map(({ line, why }) => `${line}: ${why}`),
      [
        '2: an element of bitmap:ip,mac that is not understood',
        '4: an element of hash:ip that is not understood',
        '5: an element of hash:ip that is not understood',
        '6: set gone is not declared',
        '7: a netmask for this type is not understood',
        '8: no line that ipset prints',
        '9: set a is declared twice',
      ],
    )
    assert.deepEqual(
      [...dump.sets.values()].map(({ name, incomplete }) => [name, incomplete]),
      [
        ['macs', true],
        ['a', true],
      ],
    )
    assert.equal(ipsetKey(dump.sets.get('macs')!, ['src', 'src']), undefined)
  })
})
