import assert from 'node:assert/strict'
import {
  addressBits,
  addressText,
  canonicalAddress,
  canonicalCidr,
  cidrRange,
  compareAddresses,
  contains,
  familyOf,
  inRange,
  isLoopback,
  overlaps,
  prefixLength,
} from '../src/net.ts'

describe('net', () => {
  it('writes addresses as iproute2 prints them', () => {
    const cases: [string, string | undefined][] = [
      ['10.244.1.5', '10.244.1.5'],
      ['FE80:0:0:0:0:0:0:1', 'fe80::1'],
      ['2001:db8:0:1:0:0:0:1', '2001:db8:0:1::1'],
      ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
      ['::', '::'],
      ['::1', '::1'],
      ['1::', '1::'],
      ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
      ['::ffff:1.2.3.4', '::ffff:1.2.3.4'],
      ['::ffff:102:304', '::ffff:1.2.3.4'],
      ['10.1', undefined],
      ['010.1.1.1', undefined],
      ['256.1.1.1', undefined],
      ['1.2.3.4.5', undefined],
      ['1:2:3:4:5:6:7:8:9', undefined],
      ['1::2::3', undefined],
      ['fe80::1%eth0', undefined],
      ['', undefined],
      ['web', undefined],
    ]
    for (const [text, canonical] of cases) assert.equal(canonicalAddress(text), canonical, text)
  })

  it('tells families apart, also of CIDRs', () => {
    assert.deepEqual(['10.0.0.0/8', '::/0', 'fd00::1', 'eth0'].map(familyOf), [4, 6, 6, undefined])
  })

  it('clears host bits and reads netmasks', () => {
    assert.equal(canonicalCidr('10.1.2.3/8'), '10.0.0.0/8')
    assert.equal(canonicalCidr('10.1.2.3/255.255.255.0'), '10.1.2.0/24')
    assert.equal(canonicalCidr('fd00:10::1/64'), 'fd00:10::/64')
    assert.equal(canonicalCidr('10.1.2.3'), '10.1.2.3/32')
    assert.equal(canonicalCidr('10.1.2.3/33'), undefined)
    assert.equal(canonicalCidr('10.1.2.3/255.0.255.0'), undefined)
    assert.deepEqual(['10.0.0.0/8', '::/0', '1.2.3.4', 'x'].map(prefixLength), [8, 0, 32, -1])
  })

  it('knows what a CIDR contains', () => {
    const cases: [string, string, boolean][] = [
      ['10.244.0.0/16', '10.244.3.4', true],
      ['10.244.0.0/16', '10.245.0.0', false],
      ['0.0.0.0/0', '255.255.255.255', true],
      ['128.0.0.0/1', '200.1.1.1', true],
      ['10.96.0.1/32', '10.96.0.1', true],
      ['10.96.0.1', '10.96.0.2', false],
      ['10.0.0.0/255.0.0.0', '10.9.9.9', true],
      ['::/0', '10.0.0.1', false],
      ['0.0.0.0/0', 'fd00::1', false],
      ['fd00::/8', 'fdff::1', true],
      ['fd00:1::/32', 'fd00:2::1', false],
      ['::1', '::1', true],
    ]
    for (const [cidr, address, expected] of cases) assert.equal(contains(cidr, address), expected, `${cidr} ${address}`)
  })

  it('knows ranges, overlaps, order and loopback', () => {
    assert.deepEqual(cidrRange('10.0.1.9/24'), ['10.0.1.0', '10.0.1.255'])
    assert.equal(inRange('10.0.0.7', '10.0.0.7', '10.0.0.9'), true)
    assert.equal(inRange('10.0.0.10', '10.0.0.7', '10.0.0.9'), false)
    assert.equal(inRange('::7', '10.0.0.7', '10.0.0.9'), false)
    assert.equal(overlaps('10.0.0.0/8', '10.96.0.0/12'), true)
    assert.equal(overlaps('10.0.0.0/12', '10.96.0.0/12'), false)
    const order = ['fd00::1', '10.0.0.10', '9.255.0.1', '10.0.0.9'].toSorted(compareAddresses)
    assert.deepEqual(order, ['9.255.0.1', '10.0.0.9', '10.0.0.10', 'fd00::1'])
    assert.deepEqual(['127.9.9.9', '::1', '0:0::1', '10.0.0.1'].map(isLoopback), [true, true, true, false])
    assert.equal(addressText(6, addressBits('fd00::') ?? 0n), 'fd00::')
    assert.equal(addressText(4, addressBits('192.168.1.1') ?? 0n), '192.168.1.1')
  })
})
