import assert from 'node:assert/strict'
import { parseIpvs } from '../../src/parse/ipvs.ts'
import { cpuTime } from '../fuzz/cpu-time.ts'
import { sample } from './sample.ts'

const seen = (text: string) =>
  parseIpvs(text)
    .items.map(
      (v) =>
        `${v.protocol} ${v.address}:${v.port} ${v.scheduler} ${v.servers.map((s) => `${s.address}:${s.port} ${s.method} ${s.weight}`).sort()}`,
    )
    .sort()

describe('IPVS', () => {
  for (const node of ['healthy', 'many-services'])
    it(`reads the same table from /proc and from ipvsadm (${node})`, () => {
      const proc = sample(`ipvs/${node}-proc.txt`)
      const ipvsadm = sample(`ipvs/${node}-ipvsadm.txt`)
      assert.ok(seen(proc).length >= 8)
      assert.deepEqual(seen(proc), seen(ipvsadm))
      assert.deepEqual(seen(proc + ipvsadm), seen(proc))
    })

  it('reads a virtual server without any real server', () => {
    const none = parseIpvs(sample('ipvs/many-services-proc.txt')).items.filter((v) => v.servers.length === 0)
    assert.ok(none.some((v) => v.address === '10.97.78.165' && v.port === 80))
  })

  it('reads session affinity', () => {
    const persistent = (text: string) => parseIpvs(text).items.flatMap((v) => v.persistent ?? [])
    assert.deepEqual(persistent(sample('ipvs/many-services-ipvsadm.txt')), [10800])
    assert.deepEqual(persistent(sample('ipvs/many-services-proc.txt')), [1080000])
  })

  it('keeps the line of each real server', () => {
    const [first] = parseIpvs('-A -t 10.96.0.1:443 -s rr\n-a -t 10.96.0.1:443 -r 172.30.0.10:6443 -m -w 0\n').items
    assert.deepEqual(first?.servers, [
      {
        line: 2,
        raw: '-a -t 10.96.0.1:443 -r 172.30.0.10:6443 -m -w 0',
        address: '172.30.0.10',
        port: 6443,
        method: 'masq',
        weight: 0,
      },
    ])
  })

  it('reads IPv6 in both spellings, SCTP and firewall marks', () => {
    const proc =
      'TCP  [fd00:0000:0000:0000:0000:0000:0000:0001]:0050 rr\n  -> [fd00:0000:0000:0000:0000:0000:0000:0002]:1F90      Masq    1      0          0\nFWM  0000000A wrr\n'
    assert.deepEqual(seen(proc), ['fwmark :10 wrr ', 'tcp fd00::1:80 rr fd00::2:8080 masq 1'])
    const saved =
      '-A -t [fd00::1]:80 -s rr\n-a -t [fd00::1]:80 -r [fd00::2]:8080 -m -w 1\n-A --sctp-service 10.0.0.1:7 -s sh\n-A -f 10 -s wrr\n'
    assert.deepEqual(seen(saved), ['fwmark :10 wrr ', 'sctp 10.0.0.1:7 sh ', 'tcp fd00::1:80 rr fd00::2:8080 masq 1'])
  })

  it('reads a virtual server with 100,000 real ones in a moment', () => {
    const lines = Array.from(
      { length: 100_000 },
      (_, n) => `-a -t 10.0.0.1:80 -r 10.${n >> 16}.${(n >> 8) & 255}.${n & 255}:80 -m -w 1`,
    )
    const start = cpuTime()
    assert.equal(parseIpvs(`-A -t 10.0.0.1:80 -s rr\n${lines.join('\n')}`).items[0]?.servers.length, 100_000)
    assert.ok(cpuTime() - start < 1500)
  })

  it('lists a real server without its virtual server', () => {
    const { items, unread } = parseIpvs(
      '  -> 0AF40403:1F90      Masq    1      0          0\n-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 1\n',
    )
    assert.equal(items.length, 0)
    assert.deepEqual(
      unread.map((u) => u.why),
      ['a real server without its virtual server', 'a real server without its virtual server'],
    )
  })
})
