import assert from 'node:assert/strict'
import { parsePing } from '../../src/parse/ping.ts'
import { sample } from './sample.ts'

describe('ping.txt', () => {
  const runs = parsePing(sample('ping/iputils.txt')).items
  const of = (target: string, size: number) => runs.filter((r) => r.target === target && r.size === size)

  it('reads answers, losses and round trips', () => {
    const [first] = of('10.99.0.2', 56)
    assert.deepEqual([first?.sent, first?.received, first?.milliseconds, first?.errors], [2, 2, 0.038, []])
    const [lost] = of('10.99.0.77', 56)
    assert.deepEqual([lost?.sent, lost?.received, lost?.errors], [2, 0, []])
    assert.ok(lost?.raw.includes('100% packet loss'))
  })

  it('tells a router that says "too big" from the machine’s own limit', () => {
    const [first, second] = of('10.96.7.2', 1400)
    assert.deepEqual(
      first?.errors.map((e) => [e.says, e.from, e.mtu]),
      [
        ['frag-needed', '10.99.0.2', 1400],
        ['too-long', undefined, 1400],
      ],
    )
    assert.deepEqual(
      second?.errors.map((e) => [e.says, e.mtu]),
      [['too-long', 1400]],
    )
    assert.deepEqual(
      of('fd96::2', 1400)[0]?.errors.map((e) => [e.says, e.from, e.mtu]),
      [
        ['frag-needed', 'fd99::2', 1400],
        ['too-long', undefined, 1400],
      ],
    )
  })

  it('names every error that routes and filters send', () => {
    const says = (target: string, size = 56) => of(target, size).flatMap((r) => r.errors.map((e) => e.says))
    assert.deepEqual(says('10.96.8.2'), ['host-unreachable'])
    assert.deepEqual(says('10.96.9.2'), ['admin-prohibited'])
    assert.deepEqual(says('10.99.0.2', 57), ['port-unreachable'])
    assert.deepEqual(says('10.96.7.2'), ['ttl-exceeded'])
    assert.deepEqual(says('10.97.0.1'), ['net-unreachable'])
    assert.deepEqual(says('10.98.1.1'), ['invalid'])
    assert.deepEqual(says('10.98.2.1'), ['host-unreachable'])
    assert.deepEqual(says('10.98.3.1'), ['denied'])
    assert.deepEqual(says('nosuch.invalid'), ['other'])
  })

  it('cites the error rather than the summary', () => {
    assert.ok(of('10.96.8.2', 56)[0]?.raw.includes('Destination Host Unreachable'))
    assert.equal(of('10.98.2.1', 56)[0]?.sent, 0)
  })

  it('reads runs without headings, of busybox too', () => {
    const { items } = parsePing(
      'PING 10.99.0.2 (10.99.0.2): 56 data bytes\n64 bytes from 10.99.0.2: seq=0 ttl=64 time=0.222 ms\n\n--- 10.99.0.2 ping statistics ---\n2 packets transmitted, 1 packets received, 50% packet loss\nround-trip min/avg/max = 0.071/0.146/0.222 ms\nPING 10.99.0.3 (10.99.0.3): 1372 data bytes\nping: sendto: Network is unreachable\n',
    )
    assert.deepEqual(
      items.map((r) => [r.target, r.size, r.sent, r.received, r.milliseconds, r.errors[0]?.says]),
      [
        ['10.99.0.2', 56, 2, 1, 0.146, undefined],
        ['10.99.0.3', 1372, 0, 0, undefined, 'net-unreachable'],
      ],
    )
  })

  it('reads how many packets were under way at once, which ping adds when they get no answer', () => {
    const text =
      ';; ping 10.0.0.9 56\nFrom 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n\n--- 10.0.0.9 ping statistics ---\n2 packets transmitted, 0 received, +1 errors, 100% packet loss, time 204ms\npipe 2\n;; rc 1\n'
    assert.deepEqual(parsePing(text).unread, [])
  })

  it('lists what is no line of ping', () => {
    assert.deepEqual(
      parsePing('sh: ping: not found\n;; ping 10.0.0.1 56\nwhat?\n;; rc 127\n;; pong\n').unread.map((u) => u.line),
      [1, 3, 5],
    )
  })
})
