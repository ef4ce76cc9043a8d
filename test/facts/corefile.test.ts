import assert from 'node:assert/strict'
import { answersInstead, hostsLine, pluginsOf, turnsAway } from '../../src/facts/corefile.ts'

const corefile = `.:53 {
    errors # of all
    health {
       lameduck 5s
    }
    # template IN A web.default.svc.cluster.local {
    template IN A shop.svc {
        match "^web[.]"
        rcode NXDOMAIN
    }
    hosts /etc/more {
        10.1.1.1 old.default.svc.cluster.local.  other
        fallthrough
    }
    rewrite stop name suffix .shop.local. .svc.cluster.local.
    rewrite name a.example b.example
    rewrite type ANY HINFO
    acl {
        allow net 10.244.2.0/24
        block type A net 10.244.1.7
        filter
    }
    kubernetes cluster.local in-addr.arpa
}
`

describe('plugins of a Corefile', () => {
  const plugins = pluginsOf(corefile)
  const of = (kind: string) => plugins.filter(({ words }) => words[0] === kind)
  const speaksFor = (name: string) => plugins.flatMap((p) => (answersInstead(p, name) ? [p.words[0]] : []))

  it('are read with their blocks, without comments', () => {
    assert.deepEqual(
      plugins.map(({ words }) => words[0]),
      ['errors', 'health', 'template', 'hosts', 'rewrite', 'rewrite', 'rewrite', 'acl', 'kubernetes'],
    )
    assert.deepEqual(of('health')[0]?.block, ['lameduck 5s'])
    assert.equal(of('template')[0]?.line, 'template IN A shop.svc {')
  })

  it('speak for the names that they say, and for no others', () => {
    assert.deepEqual(speaksFor('web.default.svc.cluster.local'), [])
    assert.deepEqual(speaksFor('web.shop.svc'), ['template'])
    assert.deepEqual(speaksFor('db.shop.svc'), [], 'the template has a match of its own')
    assert.deepEqual(speaksFor('old.default.svc.cluster.local'), ['hosts'])
    assert.equal(hostsLine(of('hosts')[0]!, 'other'), '10.1.1.1 old.default.svc.cluster.local.  other')
    assert.deepEqual(speaksFor('web.shop.local'), ['rewrite'])
    assert.deepEqual(speaksFor('a.example'), ['rewrite'])
    assert.deepEqual(speaksFor('b.example'), [])
  })

  it('turn clients away by the first line that fits them', () => {
    const [acl] = of('acl')
    assert.equal(turnsAway(acl!, ['10.244.1.0/24']), 'block type A net 10.244.1.7')
    assert.equal(turnsAway(acl!, ['10.244.3.0/24']), 'filter')
    assert.equal(turnsAway(of('errors')[0]!, ['10.244.1.0/24']), undefined)
    assert.equal(turnsAway(acl!, ['10.244.2.0/24']), undefined)
  })
})
