import assert from 'node:assert/strict'
import { KUBE_PROXY, lab, type NodeLab, vtepMac } from './lab.ts'
import { courses, say } from './say.ts'

const TO_WEB = '10.244.2.5:8080'
const ARRIVES = 'delivered default/web-2'

/** Fate of client-1's packet to web-2, with n1 or n2 changed. */
const from1 = (n1: NodeLab, to = TO_WEB) => say(lab({ n1 }), 'c1', to)
const to2 = (n2: NodeLab, to = TO_WEB) => say(lab({ n2 }), 'c1', to)

describe('the walk over routes, devices and tunnels', () => {
  it('goes from pod to pod over the overlay, and to and from nodes', () => {
    const world = lab()
    const cases: [string, string, string][] = [
      ['c1', TO_WEB, ARRIVES],
      ['c1', '10.244.1.5:8080', 'delivered default/web-1'],
      ['h1', TO_WEB, ARRIVES],
      ['c1', '172.30.0.12:10250', 'delivered n2'],
      ['h1', '172.30.0.12', 'delivered n2'],
      ['h1', '127.0.0.1:10250', 'delivered n1'],
      ['h1', '172.30.0.11:10250', 'delivered n1'],
      ['c1', '10.244.2.1', 'delivered n2'],
      ['x1', '172.30.0.11:10250', 'delivered n1'],
      ['c1', '8.8.8.8:53', 'lost (outside) at n1/eth0'],
    ]
    for (const [from, to, fate] of cases) assert.equal(say(world, from, to), fate, `${from} ${to}`)
  })

  it('tells what a route does that is not there, or is of another type', () => {
    const add = (type: string, dst = '10.244.2.0/24') =>
      from1({ without: ['10.244.2.0/24'], routes: [{ type, dst, flags: [] }] })
    assert.equal(from1({ without: ['10.244.2.0/24'] }), 'lost (outside) at n1/eth0')
    assert.equal(from1({ without: ['10.244.2.0/24', 'default'] }), 'lost (no-route) at n1/route')
    assert.equal(add('blackhole'), 'lost (blackhole) at n1/route')
    assert.equal(add('unreachable'), 'lost (unreachable-route) at n1/route')
    assert.equal(add('prohibit'), 'lost (prohibit-route) at n1/route')
    assert.equal(to2({ without: ['10.244.1.0/24'] }), `${ARRIVES}, answer lost (outside) at n2/eth0`)
  })

  it('tells the sender of a packet that cannot be forwarded', () => {
    const [course] = courses(lab({ n1: { without: ['10.244.2.0/24', 'default'] } }), 'c1', TO_WEB)
    assert.equal(course?.back?.end.fate, 'delivered')
  })

  describe('where each pod has a veth of its own', () => {
    const veth = {
      flags: ['UP', 'LOWER_UP'],
      operstate: 'UP',
      mtu: 1500,
      link_index: 2,
      linkinfo: { info_kind: 'veth' },
    }
    const seen = (dst: string, dev: string) => ({ dst, dev, lladdr: '0a:00:00:00:00:99', state: ['STALE'] })
    const world = (webBy: string, ...neighbours: object[]) => {
      const to = (dst: string, dev: string) => ({ dst, dev, scope: 'link', flags: [] })
      const routes = [to('10.244.1.2', 'calic'), to('10.244.1.5', webBy)]
      const one = lab({ n1: { routes, links: { calic: veth, caliw: veth }, neighbours, without: ['10.244.1.0/24'] } })
      const { addresses, neighbours: known } = one.nodes.get('n1')!
      if ('value' in addresses) addresses.value = addresses.value.filter(({ dev }) => dev !== 'cni0')
      if ('value' in known) known.value = known.value.filter(({ dev }) => dev !== 'cni0')
      return one
    }

    it('knows whose it is by the only address that is led there', () => {
      assert.equal(say(world('caliw'), 'h1', '10.244.1.5:8080'), 'delivered default/web-1')
      assert.equal(say(world('caliw'), 'h1', '10.244.1.2'), 'delivered default/client-1')
    })

    it('does not know it where two are led there, until one of them was seen', () => {
      assert.equal(say(world('calic'), 'h1', '10.244.1.5:8080'), 'unknown at n1/calic')
      const client = seen('10.244.1.2', 'calic')
      assert.match(say(world('calic', client), 'h1', '10.244.1.5:8080'), /^lost/)
      assert.equal(say(world('calic', client), 'h1', '10.244.1.2'), 'delivered default/client-1')
      const web = seen('10.244.1.5', 'calic')
      assert.equal(say(world('calic', web), 'h1', '10.244.1.5:8080'), 'delivered default/web-1')
    })

    it('takes the veth that is left over for that of the pod whose packets go astray', () => {
      const one = world('calic', seen('10.244.1.2', 'calic'))
      const [course] = courses(one, 'w1', '10.244.1.2:8080')
      assert.ok(course?.steps.some(({ at, did }) => at === 'n1/caliw' && did.includes('comes in')))
    })
  })

  it('takes the longest prefix, then the lowest metric, and leaves a table by throw', () => {
    const bad = (extra: object) => ({ type: 'unreachable', flags: [], ...extra })
    assert.equal(from1({ routes: [bad({ dst: '10.244.2.5' })] }), 'lost (unreachable-route) at n1/route')
    assert.equal(from1({ routes: [bad({ dst: '10.0.0.0/8' })] }), ARRIVES)
    assert.equal(from1({ routes: [bad({ dst: '10.244.2.0/24', metric: 5 })] }), ARRIVES)
    const rules = [{ priority: 100, src: 'all', table: '7' }]
    assert.equal(
      from1({ rules, routes: [bad({ dst: 'default', table: '7' })] }),
      'lost (unreachable-route) at n1/route, answer lost (unreachable-route) at n1/route',
    )
    const thrown = ['10.244.0.0/16', '172.30.0.0/24'].map((dst) => ({ type: 'throw', dst, table: '7', flags: [] }))
    const routes = [bad({ dst: 'default', table: '7' }), ...thrown]
    assert.equal(from1({ rules, routes }), ARRIVES)
  })

  it('follows rules by mark, source and device, and says unknown for one it cannot read', () => {
    const mark = '*mangle\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j MARK --set-xmark 0x1/0xffffffff\nCOMMIT\n'
    const table = [{ type: 'blackhole', dst: 'default', table: '7', flags: [] }]
    const rule = (selector: object) => [{ priority: 100, src: 'all', table: '7', ...selector }]
    assert.equal(
      from1({ iptables: mark, rules: rule({ fwmark: '0x1' }), routes: table }),
      'lost (blackhole) at n1/route',
    )
    assert.equal(from1({ rules: rule({ fwmark: '0x1' }), routes: table }), ARRIVES)
    assert.equal(
      from1({ rules: rule({ src: '10.244.1.0', srclen: 24 }), routes: table }),
      'lost (blackhole) at n1/route',
    )
    assert.equal(from1({ rules: rule({ iif: 'eth0' }), routes: table }), ARRIVES)
    assert.equal(from1({ rules: rule({ ipproto: 'tcp' }), routes: table }), 'unknown at n1/route')
    assert.equal(from1({ rules: rule({ iif: 'eth0', ipproto: 'tcp' }), routes: table }), ARRIVES)
  })

  it('does not forward where it is switched off, but still serves the same bridge', () => {
    const off = {
      sysctls: {
        'net/ipv4/ip_forward': '0',
        'net/ipv4/conf/cni0/forwarding': '0',
        'net/ipv4/conf/flannel.1/forwarding': '0',
      },
    }
    assert.equal(from1(off), 'dropped at n1/route')
    assert.equal(from1(off, '10.244.1.5:8080'), 'delivered default/web-1')
    assert.equal(to2(off), 'dropped at n2/route')
    const end = courses(lab({ n1: off }), 'c1', TO_WEB)[0]?.end
    assert.ok(end?.fate === 'dropped' && end.proof[0]?.quote === 'net/ipv4/ip_forward 0')
  })

  it('drops by the reverse path filter only what comes in by another device than it would leave', () => {
    const strict = { 'net/ipv4/conf/all/rp_filter': '1' }
    assert.equal(to2({ sysctls: strict }), ARRIVES)
    const back = [{ dst: '10.244.1.0/24', gateway: '172.30.0.11', dev: 'eth0', flags: [] }]
    assert.equal(to2({ sysctls: strict, routes: back }), 'dropped at n2/route')
    assert.equal(to2({ sysctls: { ...strict, 'net/ipv4/conf/flannel.1/rp_filter': '2' }, routes: back }), ARRIVES)
    assert.equal(to2({ routes: back }), ARRIVES)
  })

  it('never takes its own address from a wire', () => {
    const stolen = {
      ifname: 'eth0',
      addr_info: [{ family: 'inet', local: '10.244.1.2', prefixlen: 32, scope: 'global' }],
    }
    assert.equal(to2({ addresses: [stolen] }), 'dropped at n2/route')
  })

  it('needs a neighbour, a remote and the right MAC address behind a VXLAN device', () => {
    const gone = (kind: 'neighbours' | 'fdb') => {
      const world = lab()
      const part = world.nodes.get('n1')![kind]
      if ('value' in part) part.value = part.value.filter((one) => one.dev !== 'flannel.1') as never
      return say(world, 'c1', TO_WEB)
    }
    assert.equal(gone('neighbours'), 'lost (neighbour) at n1/flannel.1')
    assert.equal(gone('fdb'), 'lost (vtep) at n1/flannel.1')
    const other = (lladdr: string) => [{ dst: '10.244.2.0', dev: 'flannel.1', lladdr, state: ['PERMANENT'] }]
    assert.equal(from1({ neighbours: other('0a:00:00:00:00:99') }), 'lost (vtep) at n1/flannel.1')
    // n3 takes the frame that is addressed to it, and has a way to n2 itself
    assert.equal(from1({ neighbours: other(vtepMac(3)) }), ARRIVES)
    const fdb = [{ mac: vtepMac(2), ifname: 'flannel.1', dst: '172.30.0.13', state: 'permanent' }]
    assert.equal(from1({ fdb }), 'lost (neighbour) at n3/vxlan')
  })

  it('loses the frame that arrives at a tunnel end with another port, number or MAC address', () => {
    const vxlan = (data: object, more = {}) => ({
      'flannel.1': {
        linkinfo: { info_kind: 'vxlan', info_data: { id: 1, port: 8472, local: '172.30.0.12', ...data } },
        ...more,
      },
    })
    assert.equal(to2({ links: vxlan({ port: 4789 }) }), 'lost (vxlan-mismatch) at n2/vxlan')
    assert.equal(to2({ links: vxlan({ id: 2 }) }), 'lost (vxlan-mismatch) at n2/vxlan')
    assert.equal(to2({ links: vxlan({}, { address: '0a:00:00:00:00:99' }) }), 'lost (neighbour) at n2/vxlan')
    assert.equal(to2({ links: vxlan({}, { flags: [], operstate: 'DOWN' }) }), 'lost (vxlan-mismatch) at n2/vxlan')
  })

  it('passes the outer packet through the rules of both nodes, and tells nobody where it is refused', () => {
    const input = (rule: string) => `*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n-A INPUT ${rule}\nCOMMIT\n`
    assert.equal(to2({ iptables: input('-p udp -m udp --dport 8472 -j DROP') }), 'dropped at n2/filter/INPUT')
    assert.equal(to2({ iptables: input('-p tcp -m tcp --dport 8472 -j DROP') }), ARRIVES)
    const [course] = courses(
      lab({ n2: { iptables: input('-p udp -j REJECT --reject-with icmp-host-prohibited') } }),
      'c1',
      TO_WEB,
    )
    assert.ok(course?.end.fate === 'dropped' && course.back === undefined)
    assert.equal(course.end.packet?.dport, 8472)
    const output = '*filter\n:OUTPUT ACCEPT [0:0]\n-A OUTPUT -p udp -m udp --dport 8472 -j DROP\nCOMMIT\n'
    assert.equal(from1({ iptables: output }), 'dropped at n1/filter/OUTPUT')
  })

  it('is lost at devices that are down, at a pod without port and at a dead neighbour', () => {
    const down = { flags: [], operstate: 'DOWN' }
    assert.equal(from1({ links: { 'flannel.1': down } }), 'lost (link-down) at n1/flannel.1')
    assert.equal(to2({ links: { cni0: down } }), 'lost (link-down) at n2/cni0')
    assert.equal(to2({ links: { vethweb: down } }), 'lost (link-down) at n2/vethweb')
    assert.equal(to2({ links: { eth0: down } }), 'lost (link-down) at n2/eth0')
    const failed = { dst: '10.244.2.5', dev: 'cni0', state: ['FAILED'] }
    assert.equal(to2({ neighbours: [failed] }), 'lost (neighbour) at n2/bridge cni0')
    assert.equal(say(lab(), 'c1', '10.244.2.77:8080'), 'lost (no-address) at n2/bridge cni0')
  })

  it('sends nothing to a pod whose neighbour entry was set to a wrong MAC address', () => {
    const fixed = (lladdr: string) => ({ dst: '10.244.2.5', dev: 'cni0', lladdr, state: ['PERMANENT'] })
    const lost = 'lost (neighbour) at n2/bridge cni0'
    assert.equal(to2({ neighbours: [fixed('0a:05:00:00:00:02')] }), ARRIVES)
    assert.equal(to2({ neighbours: [fixed('0a:00:00:00:00:99')] }), lost)
    assert.equal(to2({ neighbours: [fixed('0a:02:00:00:00:02')] }), lost)
    const silent = {
      vethidle: {
        flags: ['UP', 'LOWER_UP'],
        operstate: 'UP',
        mtu: 1500,
        master: 'cni0',
        linkinfo: { info_kind: 'veth' },
      },
    }
    assert.equal(to2({ neighbours: [fixed('0a:00:00:00:00:99')], links: silent }), 'unknown at n2/bridge cni0')
  })

  it('keeps isolated ports of a bridge apart', () => {
    const isolated = {
      linkinfo: {
        info_kind: 'veth',
        info_slave_kind: 'bridge',
        info_slave_data: { state: 'forwarding', isolated: true },
      },
    }
    assert.equal(
      from1({ links: { vethclient: isolated, vethweb: isolated } }, '10.244.1.5:8080'),
      'lost (bridge) at n1/bridge cni0',
    )
    assert.equal(from1({ links: { vethclient: isolated, vethweb: isolated } }), ARRIVES)
  })

  it('tells the sender of a packet that does not fit, and nobody of one that a smaller device drops', () => {
    const large = (n1: NodeLab, n2: NodeLab, length: number) => say(lab({ n1, n2 }), 'c1', TO_WEB, { length })
    assert.equal(large({}, {}, 1400), ARRIVES)
    assert.equal(large({}, {}, 1500), 'lost (mtu) at n1/flannel.1')
    assert.equal(courses(lab(), 'c1', TO_WEB, { length: 1500 })[0]?.back?.end.fate, 'delivered')
    assert.equal(large({}, { links: { vethweb: { mtu: 1000 } } }, 1400), 'lost (mtu) at n2/vethweb')
    // the sender itself cuts what does not fit its own device
    assert.equal(large({ links: { vethclient: { mtu: 1450 } } }, {}, 1500), ARRIVES)
    assert.equal(say(lab(), 'h1', '10.244.2.1', { length: 1500 }), 'delivered n2')
  })

  it('sends from the address that the first route chose, also where translation changes the way', () => {
    // seed 000: default route by a second NIC, and no masquerading for the node's own packets
    const unmasqueraded = KUBE_PROXY.replaceAll(/^-A KUBE-SVC-WEB ! -s.*\n/gm, '').replaceAll(
      '10.244.2.5:8080',
      '172.30.0.12:10250',
    )
    const second = {
      ifname: 'eth1',
      addr_info: [{ family: 'inet', local: '10.141.13.11', prefixlen: 24, scope: 'global' }],
    }
    const links = { eth1: { flags: ['UP', 'LOWER_UP'], operstate: 'UP', mtu: 1500 } }
    const routes = [
      { dst: 'default', gateway: '10.141.13.254', dev: 'eth1', flags: [] },
      { type: 'local', dst: '10.141.13.11', dev: 'eth1', table: 'local', flags: [] },
    ]
    const n1 = { iptables: unmasqueraded, addresses: [second], routes, without: ['default'], links }
    const world = lab({ n1 })
    const bad = courses(world, 'h1', '10.96.0.50:80').find((course) => course.translatedTo?.ip === '172.30.0.12')
    assert.equal(bad?.end.fate, 'delivered')
    assert.ok(bad?.back?.end.fate === 'lost' && bad.back.end.kind === 'source', JSON.stringify(bad?.back?.end))
    const good = lab({ n1: { ...n1, routes: [...routes, { dst: '10.96.0.0/12', dev: 'eth0', flags: [] }] } })
    assert.equal(courses(good, 'h1', '10.96.0.50:80')[1]?.back?.end.fate, 'delivered')
  })
})
