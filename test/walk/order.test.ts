import assert from 'node:assert/strict'
import { KUBE_PROXY, lab, type NodeLab } from './lab.ts'
import { say } from './say.ts'

/** Fate of a packet with n1 changed, whichever endpoint it goes to. */
const at1 = (n1: NodeLab, from: string, to: string) =>
  [...new Set(say(lab({ n1 }), from, to).replaceAll(/\d+% /g, '').split('; '))].join('; ')
const filter = (...lines: string[]) => ['*filter', ':INPUT ACCEPT [0:0]', ...lines, 'COMMIT', ''].join('\n')

describe('what the kernel does first', () => {
  it('looks for a new route within nat OUTPUT, before the filter chains', () => {
    const iptables = KUBE_PROXY.replace(':OUTPUT ACCEPT', ':OUTPUT DROP')
    assert.equal(at1({ iptables }, 'h1', '127.0.0.1:30080'), 'dropped at n1/route')
    const rules = [{ priority: 100, src: 'all', dst: '10.244.0.0', dstlen: 16, action: 'prohibit' }]
    assert.equal(at1({ iptables, rules }, 'h1', '10.96.0.50:80'), 'lost (prohibit-route) at n1/route')
    assert.equal(at1({ iptables }, 'h1', '10.96.0.50:80'), 'dropped at n1/filter/OUTPUT')
  })

  it('asks for a neighbour on the bridge before its frame meets FORWARD', () => {
    const iptables = filter(':FORWARD DROP [0:0]', ':OUTPUT ACCEPT [0:0]')
    const down = { vethweb: { flags: [], operstate: 'DOWN' } }
    assert.equal(at1({ iptables }, 'c1', '10.244.1.5:8080'), 'dropped at n1/filter/FORWARD')
    assert.equal(at1({ iptables, links: down }, 'c1', '10.244.1.5:8080'), 'lost (link-down) at n1/vethweb')
  })

  it('answers no question of a neighbour whose packet to that address it would not take', () => {
    const rules = [{ priority: 100, src: '10.244.0.0', srclen: 16, table: '7' }]
    const routes = [{ dst: 'default', gateway: '172.30.0.1', dev: 'eth0', table: '7', flags: [] }]
    const sysctls = { 'net/ipv4/conf/cni0/rp_filter': '1' }
    const host = '172.30.0.11:10250'
    assert.equal(at1({ rules, routes }, 'c1', host), 'delivered n1')
    assert.equal(at1({ sysctls }, 'c1', host), 'delivered n1')
    assert.equal(at1({ rules, routes, sysctls }, 'c1', host), 'lost (neighbour) at n1/bridge cni0')
  })

  it('sends a packet that its route takes out by lo to its own sockets, whose answer has no source', () => {
    const routes = [{ dst: '10.244.2.9', dev: 'lo', scope: 'link', flags: [] }]
    assert.equal(at1({ routes }, 'h1', '10.244.2.9:10250'), 'delivered n1, answer lost (source) at n1/route')
    assert.equal(
      say(lab({ n1: { routes } }), 'h1', '10.244.2.9:53', { protocol: 'udp' }),
      'rejected at n1/socket with icmp-port-unreachable, answer lost (source) at n1/route',
    )
  })

  it('floods a frame that a port without learning sent to itself through FORWARD', () => {
    const slave = (learning: boolean) => ({
      linkinfo: {
        info_kind: 'veth',
        info_slave_kind: 'bridge',
        info_slave_data: { state: 'forwarding', hairpin: false, isolated: false, learning },
      },
    })
    const iptables = KUBE_PROXY.replace(':FORWARD ACCEPT', ':FORWARD DROP').replace(
      '-A KUBE-FORWARD -m mark',
      '# -m mark',
    )
    const world = (learning: boolean) =>
      lab({ n1: { iptables, links: { vethclient: slave(true), vethweb: slave(learning) } } })
    const unlearned = (learning: boolean) => {
      const made = world(learning)
      const n1 = made.nodes.get('n1')
      if (n1 && 'value' in n1.fdb) n1.fdb = { ...n1.fdb, value: n1.fdb.value.filter(({ dev }) => dev !== 'vethweb') }
      return say(made, 'w1', '10.96.0.50:80')
    }
    assert.match(unlearned(true), /lost \(bridge\) at n1\/bridge cni0/)
    assert.match(unlearned(false), /dropped at n1\/filter\/FORWARD/)
  })
})
