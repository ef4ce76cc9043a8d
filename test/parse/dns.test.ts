import assert from 'node:assert/strict'
import type { Outcome } from '../../src/model.ts'
import { parseDig } from '../../src/parse/dig.ts'
import { sample } from './sample.ts'

/** By name asked: what a small server was made to answer over UDP. */
const ANSWERED: Record<string, Outcome> = {
  ok: 'ok',
  two: 'ok',
  nx: 'nxdomain',
  sf: 'servfail',
  ref: 'dns-refused',
  notimp: 'other',
  formerr: 'other',
  nodata: 'no-data',
  cname: 'no-data',
  txt: 'no-data',
  big: 'ok',
  drop: 'timeout',
  late: 'late',
  bad: 'timeout',
  id: 'timeout',
}

/** By server asked: what lay between. */
const REACHED: Record<string, Outcome> = {
  '10.99.0.1 udp': 'refused',
  '10.99.0.1 tcp': 'refused',
  '10.97.0.1 udp': 'net-unreachable',
  '10.97.0.1 tcp': 'net-unreachable',
  '10.98.1.1 udp': 'invalid',
  '10.98.2.1 udp': 'no-route',
  '10.98.3.1 udp': 'denied',
  '10.99.0.77 udp': 'timeout',
  '10.99.0.77 tcp': 'no-route',
  '10.98.5.1 udp': 'timeout',
  '10.98.5.1 tcp': 'timeout',
  'nosuch.invalid udp': 'other',
  'fd99::1 udp': 'refused',
}

describe('dns.txt', () => {
  const { queries } = parseDig(sample('dns/dig-9.18.txt'))

  it('names what every kind of answer was', () => {
    const got = queries.filter((q) => q.form === 'svc').map((q) => [q.name.split('.')[0], q.outcome])
    assert.deepEqual(Object.fromEntries(got), ANSWERED)
  })

  it('names why no answer came', () => {
    const got = queries.filter((q) => q.server !== '10.99.0.2').map((q) => [`${q.server} ${q.protocol}`, q.outcome])
    assert.deepEqual(Object.fromEntries(got), REACHED)
  })

  it('keeps answers with their lines, and cites the line that decides', () => {
    const two = queries.find((q) => q.name.startsWith('two.'))!
    assert.deepEqual(
      two.answers.map((a) => [a.type, a.data, a.ttl]),
      [
        ['A', '10.96.0.1', 30],
        ['A', '10.96.0.2', 30],
      ],
    )
    assert.equal(two.line, two.answers[0]?.line)
    assert.ok(queries.find((q) => q.name.startsWith('nx.'))?.raw.includes('NXDOMAIN'))
    assert.ok(queries.find((q) => q.name.startsWith('drop.'))?.raw.includes('timed out'))
  })

  it('counts attempts that got no answer', () => {
    assert.deepEqual(
      [
        queries.find((q) => q.name.startsWith('late.'))?.failures,
        queries.find((q) => q.name.startsWith('ok.'))?.failures,
      ],
      [1, undefined],
    )
  })

  it('reads every form of a Service’s name as a client in a cluster asks it', () => {
    const cluster = parseDig(sample('dns/cluster-client.txt'))
    assert.deepEqual(
      cluster.queries.map((q) => [q.form, q.type, q.outcome, q.answers[0]?.data]),
      [
        ['short', 'A', 'ok', '10.105.53.176'],
        ['namespaced', 'A', 'ok', '10.105.53.176'],
        ['fqdn', 'A', 'ok', '10.105.53.176'],
        ['fqdn', 'A', 'ok', '10.105.53.176'],
        ['fqdn', 'AAAA', 'no-data', undefined],
        ['fqdn', 'A', 'nxdomain', undefined],
        ['external', 'A', 'ok', '172.30.0.100'],
        ['reverse', 'PTR', 'ok', 'web.default.svc.cluster.local.'],
        ['fqdn', 'A', 'timeout', undefined],
        ['fqdn', 'A', 'nxdomain', undefined],
      ],
    )
    assert.deepEqual(
      cluster.lookups.map((l) => [l.name, l.outcome, l.addresses, l.seconds]),
      [
        ['web', 'ok', ['10.105.53.176'], 0.02],
        ['web.default.svc.cluster.local.', 'ok', ['10.105.53.176'], 0.02],
        ['nosuch', 'nxdomain', [], 0.02],
        ['example.com', 'ok', ['172.30.0.100'], 0.02],
      ],
    )
  })

  it('knows an unanswered look-up by the time it took, and a slow one', () => {
    const { lookups, unread } = parseDig(
      ';; getent a\nTerminated\n;; rc 2 4.00\n;; getent b\n10.0.0.1 b\n;; rc 0 0.95\n;; getent c\n;; rc 124 25.00\n;; getent d\n;; rc 127 0.00\n;; getent e\n;; rc 0 0.01\n;; getent f\n;; rc 143 25.00\n;; getent g\n10.0.0.1 g\n;; rc 0 0.94\n;; getent h\n;; rc 2 3.99\n',
    )
    assert.deepEqual(
      lookups.map((l) => l.outcome),
      ['timeout', 'late', 'timeout', 'other', 'other', 'timeout', 'ok', 'nxdomain'],
    )
    assert.deepEqual(unread, [])
  })

  it('takes a dig that was stopped from outside for unanswered', () => {
    const of = (rc: number) => parseDig(`;; ask 10.96.0.10 udp A web short\n;; rc ${rc}\n`).queries[0]
    assert.deepEqual(
      [124, 137, 143, 127].map((rc) => [of(rc)?.outcome, of(rc)?.exitCode]),
      [
        ['timeout', 124],
        ['timeout', 137],
        ['timeout', 143],
        ['other', 127],
      ],
    )
  })

  it('reads packets that dig could not, and answers to another question', () => {
    const { queries: bad, unread } = parseDig(sample('dns/dig-9.18-bad-packets.txt'))
    assert.deepEqual(
      bad.map((q) => [q.outcome, q.raw]),
      [
        ['other', ';; Got bad packet: bad compression pointer'],
        ['timeout', ';; communications error to 10.99.0.2#53: timed out'],
      ],
    )
    assert.deepEqual(unread, [])
  })

  it('keeps the address from which an answer came that older dig did not take', () => {
    const [query] = parseDig(
      ';; ask 10.96.0.10 udp A web short\n;; reply from unexpected source: 10.244.0.3#53, expected 10.96.0.10#53\n;; connection timed out; no servers could be reached\n;; rc 9\n',
    ).queries
    assert.deepEqual([query?.outcome, query?.answeredBy], ['timeout', '10.244.0.3'])
  })

  it('lists what belongs to no question and what is no line of dig or getent', () => {
    const { unread, queries: found } = parseDig(
      'noise\n;; ask 10.0.0.1 udp A web short\nsh: dig: not found\n;; rc 127\n;; ask 10.0.0.1 carrier A web short\n;; Got answer:\n;; rc 0\n;; getent x\nsh: getent: not found\n;; rc 127\n',
    )
    assert.deepEqual(
      unread.map((u) => u.line),
      [1, 3, 5, 6, 9],
    )
    assert.equal(found.length, 1)
  })
})
