import assert from 'node:assert/strict'
import { parseDialled } from '../../src/parse/dialled.ts'
import { sample } from './sample.ts'

describe('what a client dials', () => {
  it('is read from its variables, its connections under way and the tries', () => {
    const { named, dialling, tries, unread } = parseDialled(sample('dialled/client.txt'))
    assert.deepEqual(unread, [])
    assert.deepEqual(
      named.map((n) => `${n.line} ${n.variable} ${n.host} ${n.port}`),
      ['1 WEB_URL web 8080', '2 DB_HOST web.default.svc.cluster.local 5432', '3 WEB_SERVICE_HOST 10.110.146.117 80'],
    )
    assert.deepEqual(
      dialling.map((d) => `${d.line} ${d.ip} ${d.port}`),
      ['7 10.110.146.117 80', '9 10.105.4.150 8080', '11 10.110.146.117 80'],
    )
    assert.deepEqual(
      tries.map((t) => `${t.kind} ${t.variant} ${t.ip} ${t.port} ${t.outcome}`),
      [
        'cluster-ip dialled 10.105.4.150 5432 timeout',
        'cluster-ip dialled 10.105.4.150 8080 timeout',
        'cluster-ip dialled 10.110.146.117 80 timeout',
      ],
    )
  })

  it('leaves out connections that are made, and lists lines that it does not know', () => {
    const made = '   3: 0801F40A:E4A4 75926E0A:0050 01 00000000:00000000 00:00000000 00000000 0 0 1 1'
    const { dialling, unread } = parseDialled(`${made}\nenv X web\n  4: odd\nwhat\n`)
    assert.deepEqual(dialling, [])
    assert.deepEqual(
      unread.map(({ line }) => line),
      [2, 3, 4],
    )
  })
})
