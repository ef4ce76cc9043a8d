import assert from 'node:assert/strict'
import { parseSockets } from '../../src/parse/sockets.ts'
import { sample } from './sample.ts'

const seen = (text: string) =>
  parseSockets(text)
    .items.map((l) =>
      `${l.protocol}${l.family} ${l.address}:${l.port}${l.dev ? `%${l.dev}` : ''} ${l.queued ?? ''}`.trim(),
    )
    .sort()

describe('sockets', () => {
  it('reads the same listeners from ss and from /proc/net of the same machine', () => {
    assert.deepEqual(seen(sample('sockets/namespace-proc.txt')), seen(sample('sockets/namespace-ss.txt')))
    assert.deepEqual(seen(sample('sockets/cluster-proc.txt')), seen(sample('sockets/cluster-ss.txt')))
  })

  it('knows an IPv6 socket that takes IPv4 from one that does not', () => {
    const text = 'tcp LISTEN 0 128 *:80 *:*\ntcp LISTEN 0 128 [::]:81 [::]:*\ntcp LISTEN 0 128 0.0.0.0:82 0.0.0.0:*\n'
    assert.deepEqual(
      parseSockets(text).items.map((l) => [l.port, l.family, l.address, l.v6only]),
      [
        [80, 6, 'any', false],
        [81, 6, 'any', true],
        [82, 4, 'any', undefined],
      ],
    )
  })

  it('takes a socket bound to a mapped address for what it hears: IPv4', () => {
    const proc =
      '== /proc/net/tcp6\n  sl  local_address\n   0: 0000000000000000FFFF00000100007F:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1\n'
    const listeners = [...parseSockets(proc).items, ...parseSockets('tcp LISTEN 0 1 [::ffff:127.0.0.1]:8080 *:*').items]
    assert.deepEqual(
      listeners.map((l) => [l.family, l.address, l.port]),
      [
        [4, '127.0.0.1', 8080],
        [4, '127.0.0.1', 8080],
      ],
    )
  })

  it('reads the accept queue, so that a full backlog shows', () => {
    const full = parseSockets(sample('sockets/namespace-ss.txt')).items.find((l) => l.port === 9020)
    assert.deepEqual([full?.queued, full?.backlog], [1, 0])
    assert.equal(parseSockets(sample('sockets/namespace-proc.txt')).items.find((l) => l.port === 9020)?.queued, 1)
  })

  it('reads the device that a socket is bound to', () => {
    assert.equal(parseSockets('udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*').items[0]?.dev, 'lo')
    assert.equal(parseSockets('udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:*').items[0]?.dev, 'eth0')
  })

  it('passes over sockets that do not listen', () => {
    const { items, unread } = parseSockets(
      '== /proc/net/tcp\n  0: 0100007F:1F90 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000 0 0 1 1\n== /proc/net/udp\n  1: 0100007F:0035 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000 0 0 1 1\n',
    )
    assert.deepEqual([items, unread], [[], []])
  })

  it('lists what is no socket, and a table whose protocol nobody named', () => {
    const { unread } = parseSockets('cat: not found\n  0: 0100007F:1F90 00000000:0000 0A 0:0\n')
    assert.deepEqual(
      unread.map((u) => u.why),
      ['neither a line of ss nor of /proc/net', 'a socket of a table without heading'],
    )
  })
})
