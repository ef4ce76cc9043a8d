import assert from 'node:assert/strict'
import type { Outcome } from '../../src/model.ts'
import { parseConnect } from '../../src/parse/connect.ts'
import { sample } from './sample.ts'

/** What was set up in two network namespaces, and what the client must be said to have met. */
const MADE: Record<string, Outcome> = {
  ok: 'ok',
  silent: 'silent',
  'fin-at-once': 'reset',
  'rst-at-once': 'reset',
  'rst-after-request': 'reset',
  'half-then-rst': 'ok',
  garbage: 'ok',
  ssh: 'ok',
  short: 'ok',
  stall: 'ok',
  'fin-after-request': 'ok',
  h400: 'ok',
  backlog: 'timeout',
  closed: 'refused',
  drop: 'timeout',
  reset: 'refused',
  'port-unreach': 'refused',
  admin: 'no-route',
  'host-unreach': 'no-route',
  'net-unreach': 'net-unreachable',
  'prot-unreach': 'other',
  'net-prohib': 'net-unreachable',
  'host-prohib': 'no-route',
  'out-drop': 'timeout',
  'out-rst': 'refused',
  'out-port': 'refused',
  'out-admin': 'no-route',
  'no-neigh': 'no-route',
  'no-route': 'net-unreachable',
  blackhole: 'invalid',
  unreachable: 'no-route',
  prohibit: 'denied',
  throw: 'net-unreachable',
  'far-blackhole': 'timeout',
  broadcast: 'net-unreachable',
  ok6: 'ok',
  closed6: 'refused',
  admin6: 'denied',
  host6: 'no-route',
  noroute6: 'net-unreachable',
  'no-neigh6': 'no-route',
  'no-route6': 'net-unreachable',
  blackhole6: 'invalid',
  unreachable6: 'no-route',
  prohibit6: 'denied',
  name: 'other',
}

describe('connect.txt', () => {
  for (const version of ['7.88', '8.23'])
    it(`names what every provoked failure was from the words of curl ${version}`, () => {
      const { items, unread } = parseConnect(sample(`connect/curl-${version}.txt`))
      assert.deepEqual(unread, [])
      assert.deepEqual(Object.fromEntries(items.map((t) => [t.variant, t.outcome])), MADE)
    })

  it('names what every provoked fate of a datagram was', () => {
    const { items } = parseConnect(sample('connect/datagrams.txt'))
    const got = new Map(items.map((t) => [t.variant, t.outcome]))
    for (const [variant, outcome] of [
      ['ok', 'ok'],
      ['silent', 'silent'],
      ['refused', 'refused'],
      ['rejected', 'refused'],
      ['admin', 'no-route'],
      ['no-route', 'net-unreachable'],
      ['unreachable', 'no-route'],
      ['dns-ok', 'ok'],
      ['dns-refused', 'refused'],
      ['dns-timeout', 'timeout'],
    ])
      assert.equal(got.get(variant), outcome, variant)
  })

  it('keeps kind, variant, address without brackets, figures and the tool’s words', () => {
    const [first] = parseConnect(
      'pod-gateway:large tcp [FD00::0:1] 80 3 rc=7 connect=0.000000 total=1.5 code=000 bytes=0 err=Connection refused',
    ).items
    const { line, raw, ...rest } = first!
    assert.deepEqual(rest, {
      kind: 'pod-gateway',
      variant: 'large',
      protocol: 'tcp',
      ip: 'fd00::1',
      port: 80,
      try: 3,
      outcome: 'refused',
      seconds: 1.5,
      connected: 0,
      exitCode: 7,
      bytes: 0,
      detail: 'Connection refused',
    })
    assert.equal(line, 1)
    assert.ok(raw.startsWith('pod-gateway'))
  })

  it('calls a connection late from 0.95 s on, when a SYN must have been sent again', () => {
    const at = (connect: string) =>
      parseConnect(`hairpin tcp 10.0.0.1 80 1 rc=0 connect=${connect} total=1.1 code=200 bytes=9 err=`).items[0]
        ?.outcome
    assert.deepEqual([at('0.949'), at('0.950'), at('3.021')], ['ok', 'late', 'late'])
  })

  it('takes a stopped large answer for silence and a stopped small one for a stream', () => {
    const stalled =
      'rc=28 connect=0.001 total=6.0 code=200 bytes=120 err=Operation timed out after 6001 milliseconds with 120 bytes received'
    const of = (kind: string) => parseConnect(`${kind} tcp 10.0.0.1 80 1 ${stalled}`).items[0]?.outcome
    assert.deepEqual([of('endpoint'), of('endpoint:large')], ['ok', 'silent'])
  })

  it('calls a try that was stopped from outside by how far it had come', () => {
    const of = (values: string) => parseConnect(`node tcp 10.0.0.1 80 1 ${values} err=`).items[0]?.outcome
    assert.deepEqual(
      [of('rc=124 connect=0.000000'), of('rc=124 connect=0.01 bytes=0'), of('rc=127')],
      ['timeout', 'silent', 'other'],
    )
  })

  it('reads tries whose tool tells no times, by bytes or status alone', () => {
    const of = (values: string) => parseConnect(`node tcp 10.0.0.1 80 1 ${values} err=`).items[0]?.outcome
    assert.deepEqual([of('rc=0 bytes=1'), of('rc=56 code=200'), of('rc=28 bytes=0')], ['ok', 'ok', 'timeout'])
  })

  it('calls a late datagram late', () => {
    const of = (seconds: string) =>
      parseConnect(`node udp 10.0.0.1 53 1 rc=0 connect=${seconds} total=${seconds} bytes=1 err=`).items[0]?.outcome
    assert.deepEqual([of('0.949'), of('0.950')], ['ok', 'late'])
  })

  it('understands the words of musl', () => {
    const of = (words: string) =>
      parseConnect(`node tcp 10.0.0.1 80 1 rc=7 connect=0.000000 total=0.1 code=000 bytes=0 err=${words}`).items[0]
        ?.outcome
    assert.deepEqual(
      ['Host is unreachable', 'Network unreachable', 'Operation not permitted', 'Operation timed out'].map(of),
      ['no-route', 'net-unreachable', 'denied', 'timeout'],
    )
  })

  it('lists lines that are no tries, with the reason', () => {
    const { items, unread } = parseConnect(
      'curl: not found\nconstructor tcp 1.2.3.4 80 1 rc=0\nnode tcp 1.2.3.4 80 1\nnode smtp 1.2.3.4 80 1 rc=0\n',
    )
    assert.equal(items.length, 0)
    assert.deepEqual(
      unread.map((u) => [u.line, u.why]),
      [
        [1, 'not a try: its first word is no kind of destination'],
        [2, 'not a try: its first word is no kind of destination'],
        [3, 'a try without rc'],
        [4, 'a try without protocol'],
      ],
    )
  })
})
