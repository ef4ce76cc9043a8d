import assert from 'node:assert/strict'
import { parseConntrack } from '../../src/parse/conntrack.ts'
import { parseConntrackCount } from '../../src/parse/conntrack-count.ts'
import { sample } from './sample.ts'

describe('conntrack -L', () => {
  const { items } = parseConntrack(sample('conntrack/namespace.txt'))

  it('reads both directions, state, time-out, mark and zone of a TCP connection', () => {
    const { line, raw, ...entry } = items[0]!
    assert.deepEqual(entry, {
      protocol: 'tcp',
      state: 'SYN_SENT',
      timeout: 117,
      original: { source: '10.99.0.1', destination: '10.99.0.2', sport: 40110, dport: 9012 },
      reply: { source: '10.99.0.2', destination: '10.99.0.1', sport: 9012, dport: 40110 },
      flags: ['UNREPLIED'],
      mark: 16384,
      zone: 5,
    })
    assert.equal(line, 1)
    assert.ok(raw.includes('sport=40110'))
  })

  it('reads ICMP, which has no ports, and UDP, which has no state', () => {
    const icmp = items.find((e) => e.protocol === 'icmp')!
    assert.deepEqual([icmp.state, icmp.original], [undefined, { source: '10.99.0.1', destination: '10.99.0.2' }])
    assert.equal(items.find((e) => e.protocol === 'udp')?.state, undefined)
  })

  it('reads the extended form and /proc/net/nf_conntrack, with addresses in canonical text', () => {
    const last = items.at(-1)!
    assert.deepEqual([last.protocol, last.state, last.original.source], ['tcp', 'TIME_WAIT', 'fd99::1'])
  })

  it('shows where a connection to a Service was translated to', () => {
    const own = parseConntrack(sample('conntrack/cluster.txt')).items.find(
      (e) => e.original.destination === '10.105.53.176',
    )!
    assert.deepEqual([own.original.dport, own.reply.source, own.reply.sport], [80, '10.244.2.11', 8080])
  })

  it('reads offloaded flows, which have no time-out', () => {
    const line =
      'tcp 6 src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 [OFFLOAD] mark=0 use=2'
    assert.deepEqual([parseConntrack(line).items[0]?.timeout, parseConntrack(line).items[0]?.flags], [0, ['OFFLOAD']])
  })

  it('lists a line that the tool’s own summary was written into, instead of reading half of it', () => {
    const { unread } = parseConntrack(sample('conntrack/ipvs-node-mixed-with-stderr.txt'))
    assert.deepEqual(
      unread.map((u) => u.line),
      [14, 15],
    )
  })
})

describe('conntrack-count.txt', () => {
  it('reads count, limit and the sums of all CPUs', () => {
    const { value } = parseConntrackCount(sample('conntrack/cluster-count.txt'))
    assert.deepEqual(
      [value.count?.value, value.max?.value, value.stats.get('invalid'), value.stats.get('insert_failed')],
      [797, 262144, 2, 0],
    )
  })

  it('reads the sysctl spelling as well and lists what it does not know', () => {
    const { value, unread } = parseConntrackCount(
      'net/netfilter/nf_conntrack_count 5\nnet.netfilter.nf_conntrack_max = 9\ncpu=0 drop=x\nsh: conntrack: not found\n',
    )
    assert.deepEqual([value.count?.value, value.max?.value, unread.map((u) => u.line)], [5, 9, [3, 4]])
  })
})
