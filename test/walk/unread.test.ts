import assert from 'node:assert/strict'
import { lab, type NodeLab } from './lab.ts'
import { say } from './say.ts'

const ARRIVES = 'delivered default/web-2'
const from1 = (n1: NodeLab) => say(lab({ n1 }), 'c1', '10.244.2.5:8080')
const dead = (extra: object) => [{ type: 'unreachable', dst: '10.244.2.5', flags: [], ...extra }]

describe('what the walk leaves aside or cannot tell', () => {
  it('passes by a route for a TOS that packets do not have', () => {
    assert.equal(from1({ routes: dead({}) }), 'lost (unreachable-route) at n1/route')
    assert.equal(from1({ routes: dead({ tos: 16 }) }), ARRIVES)
  })

  it('takes a route for some sources only for these', () => {
    assert.equal(from1({ routes: dead({ from: '10.244.1.0/24' }) }), 'lost (unreachable-route) at n1/route')
    assert.equal(from1({ routes: dead({ from: '10.244.3.0/24' }) }), ARRIVES)
    assert.equal(
      say(lab({ n1: { routes: dead({ from: '10.244.3.0/24' }) } }), 'h1', '10.244.2.5:8080'),
      'unknown at n1/route',
    )
  })

  it('says unknown for a route with a property that was not understood, if it is the one taken', () => {
    const strange = (dst: string) => [{ dst, dev: 'eth0', encap: 'mpls', flags: [] }]
    assert.equal(from1({ routes: strange('10.244.2.5') }), 'unknown at n1/route')
    assert.equal(from1({ routes: strange('10.0.0.0/8') }), ARRIVES)
  })

  it('goes on with the rule that a goto names, and with the next one where that is not there', () => {
    const routes = [{ type: 'blackhole', dst: 'default', table: '7', flags: [] }]
    const rules = (goto: number) => [
      { priority: 100, src: 'all', goto },
      { priority: 200, src: 'all', table: '7' },
      { priority: 300, src: 'all', nop: null },
    ]
    assert.equal(from1({ routes, rules: rules(300) }), ARRIVES)
    assert.equal(from1({ routes, rules: rules(250) }), 'lost (blackhole) at n1/route')
  })

  it('says unknown where the element that decides may be one that was not read', () => {
    const chain = { family: 'ip', table: 't', name: 'f', type: 'filter', hook: 'forward', prio: 0, policy: 'accept' }
    const set = (elem: unknown[]) => ({ family: 'ip', name: 's', table: 't', type: 'ipv4_addr', elem })
    const left = { payload: { protocol: 'ip', field: 'daddr' } }
    const rule = {
      family: 'ip',
      table: 't',
      chain: 'f',
      expr: [{ match: { op: '==', left, right: '@s' } }, { drop: null }],
    }
    const nft = (elem: unknown[]) => [{ table: { family: 'ip', name: 't' } }, { chain }, { set: set(elem) }, { rule }]
    assert.equal(from1({ nft: nft(['10.244.2.9']) }), ARRIVES)
    assert.equal(from1({ nft: nft(['10.244.2.5']) }), 'dropped at n1/ip t/f')
    assert.equal(from1({ nft: nft(['10.244.2.9', { strange: 1 }]) }), 'unknown at n1/ip t/f')
    assert.equal(from1({ nft: nft(['10.244.2.5', { strange: 1 }]) }), 'dropped at n1/ip t/f')
    // also where the packet may be dropped either way
    const half = { match: { op: '<', left: { numgen: { mode: 'random', mod: 2, offset: 0 } }, right: 1 } }
    const coin = { rule: { family: 'ip', table: 't', chain: 'f', expr: [half, { drop: null }] } }
    assert.equal(from1({ nft: [...nft(['10.244.2.9', { strange: 1 }]), coin] }), 'unknown at n1/ip t/f')
  })

  it('cannot tell what INPUT finds for a source that lo brought, which kernels see differently', () => {
    const iptables = [
      '*nat',
      ':PREROUTING ACCEPT [0:0]',
      ':OUTPUT ACCEPT [0:0]',
      '-A OUTPUT -d 10.96.0.99/32 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.30.0.11:10250',
      'COMMIT',
      '',
    ].join('\n')
    const left = { fib: { result: 'oif', flags: ['saddr', 'iif'] } }
    const nft = (hook: string) => [
      { table: { family: 'ip', name: 't' } },
      { chain: { family: 'ip', table: 't', name: 'f', type: 'filter', hook, prio: 110, policy: 'accept' } },
      {
        rule: {
          family: 'ip',
          table: 't',
          chain: 'f',
          expr: [{ match: { op: '==', left, right: false } }, { drop: null }],
        },
      },
    ]
    const answer = (hook: string) => say(lab({ n1: { iptables, nft: nft(hook) } }), 'h1', '10.96.0.99:443')
    assert.equal(answer('prerouting'), 'delivered n1')
    assert.equal(answer('input'), 'unknown at n1/ip t/f')
  })

  it('cannot tell whether a neighbour answers that is being asked for in the name of another packet', () => {
    // arp_solicit asks from the first waiting packet's source; strict rp_filter makes n2 deaf for a question from 10.244.1.1 by eth0
    const asked = { dst: '172.30.0.12', dev: 'eth0', state: ['INCOMPLETE'] }
    const strict = { 'net/ipv4/conf/eth0/rp_filter': '1' }
    const fate = (neighbours: object[], sysctls: Record<string, string>) =>
      say(lab({ n1: { neighbours }, n2: { sysctls } }), 'h1', '172.30.0.12:10250')
    assert.equal(fate([asked], strict), 'unknown at n1/eth0')
    assert.equal(fate([asked], {}), 'delivered n2')
    assert.equal(fate([], strict), 'delivered n2')
  })

  it('cannot tell who is behind a bridge port that a route leads out by', () => {
    const route = (dev: string) => [{ dst: '172.30.0.12', dev, scope: 'link', flags: [] }]
    assert.equal(say(lab({ n1: { routes: route('vethweb') } }), 'c1', '172.30.0.12:10250'), 'unknown at n1/vethweb')
    assert.equal(say(lab({ n1: { routes: route('eth0') } }), 'c1', '172.30.0.12:10250'), 'delivered n2')
  })

  it('does not follow a packet that comes round to the node that translated it', () => {
    const nat = ['*nat', ':POSTROUTING ACCEPT [0:0]', '-A POSTROUTING -s 10.244.0.0/16 -j SNAT --to-source 10.9.9.9']
    const iptables = [...nat, 'COMMIT', ''].join('\n')
    const to = (gateway: string) => [{ dst: '10.99.0.0/16', gateway, dev: 'eth0', flags: [] }]
    const n2 = { routes: to('172.30.0.11') }
    const n1 = { routes: to('172.30.0.12') }
    assert.equal(say(lab({ n1: { ...n1, iptables }, n2 }), 'c1', '10.99.0.1:80'), 'unknown at n1/conntrack')
    assert.match(say(lab({ n1, n2 }), 'c1', '10.99.0.1:80'), /^(rejected|lost|dropped)/)
  })
})
