import assert from 'node:assert/strict'
import { parseProcRoutes } from '../../src/parse/proc-routes.ts'
import { parseRoutes } from '../../src/parse/routes.ts'
import { sample } from './sample.ts'

describe('routes in /proc', () => {
  const routes = parseProcRoutes(sample('proc-routes/namespace.txt')).items

  it('are the same as ip shows of the same machine, where /proc says as much', () => {
    const text = (r: { destination: string; table: string; metric: number; dev?: string; gateway?: string }) =>
      `${r.destination} ${r.table} ${r.metric} ${r.dev} ${r.gateway?.includes(':') === r.destination.includes(':') ? r.gateway : '-'}`
    const ordinary = (r: { type: string; nexthops?: unknown }) => r.type === 'unicast' && !r.nexthops
    const own = (r: { destination: string }) => !['10.5.0.0/16', 'fd05::/16'].includes(r.destination)
    const ip = [
      ...parseRoutes(sample('iproute2/as-in-proc-routes.jsonl'), 4).items,
      ...parseRoutes(sample('iproute2/as-in-proc-routes6.jsonl'), 6).items,
    ]
    assert.deepEqual(routes.filter(ordinary).filter(own).map(text).sort(), ip.filter(ordinary).map(text).sort())
    const locals = (all: typeof routes) =>
      all.filter((r) => r.family === 6 && r.table === 'local').map((r) => `${r.type} ${r.destination}`)
    // /proc names the loopback address's device; ip lists the same local and multicast routes.
    assert.deepEqual(new Set(locals(routes)), new Set(locals(ip)))
  })

  it('tell a black hole from a reject where the kernel does', () => {
    const type = (destination: string) => routes.filter((r) => r.destination === destination).map((r) => r.type)
    assert.deepEqual(
      [type('10.9.0.0/16'), type('10.8.0.0/16'), type('10.7.0.0/16')],
      [['blackhole'], ['unreachable'], ['unreachable']],
    )
    assert.deepEqual(type('fd08::/16'), ['unreachable'])
    assert.equal(routes.find((r) => r.destination === '10.9.0.0/16')?.dev, undefined)
  })

  it('keep default routes with their metrics, and leave out the kernel’s last resort', () => {
    assert.deepEqual(
      routes.filter((r) => r.destination === '0.0.0.0/0').map((r) => [r.gateway, r.metric, r.dev]),
      [
        ['172.30.0.1', 0, 'eth0'],
        ['172.31.0.1', 500, 'eth1'],
      ],
    )
    assert.deepEqual(
      routes.filter((r) => r.destination === '::/0').map((r) => [r.type, r.gateway]),
      [['unicast', 'fd00:30::1']],
    )
  })

  it('read the source that an IPv6 route is for', () => {
    assert.equal(routes.find((r) => r.destination === 'fd03::/32')?.from, 'fd00:30::/64')
  })

  it('list lines that are none', () => {
    const broken = [
      'eth0 00000000 01001EAC 0003 0 0 0 00000000 0 0',
      'eth0 0000000 01001EAC 0003 0 0 0 00000000 0 0 0',
      'eth0 00000000 01001EAC 0003 0 0 x 00000000 0 0 0',
      'eth0 00000000 01001EAC zz 0 0 0 00000000 0 0 0',
      'eth0 00000000 01001EAC 0003 0 0 0 FF00FF00 0 0 0',
      `${'0'.repeat(32)} 81 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 00000400 00000001 00000000 00000003 eth0`,
      `${'0'.repeat(32)} 40 ${'0'.repeat(31)} 00 ${'0'.repeat(32)} 00000400 00000001 00000000 00000003 eth0`,
      `${'0'.repeat(32)} 40 ${'0'.repeat(32)} 00 ${'0'.repeat(32)} 0000040g 00000001 00000000 00000003 eth0`,
      'cat: not found',
    ]
    assert.deepEqual(
      parseProcRoutes(broken.join('\n')).unread.map((u) => u.text),
      broken,
    )
  })
})
