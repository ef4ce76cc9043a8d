import assert from 'node:assert/strict'
import { describe as describeCourse } from '../../src/walk/describe.ts'
import { walk } from '../../src/walk/walk.ts'
import { KUBE_PROXY, lab } from './lab.ts'
import { courses, say } from './say.ts'

describe('the walk at sockets', () => {
  it('finds a listener by port, family and address, and resets where there is none', () => {
    const fate = (sockets: string, to = '172.30.0.12:80') => say(lab({ n2: { sockets } }), 'c1', to)
    assert.equal(fate('tcp LISTEN 0 5 0.0.0.0:80 0.0.0.0:*'), 'delivered n2')
    assert.equal(fate('tcp LISTEN 0 5 *:80 *:*'), 'delivered n2')
    assert.equal(fate('tcp LISTEN 0 5 172.30.0.12:80 0.0.0.0:*'), 'delivered n2')
    assert.equal(fate('tcp LISTEN 0 5 127.0.0.1:80 0.0.0.0:*'), 'rejected at n2/socket with rst')
    assert.equal(fate('tcp LISTEN 0 5 [::1]:80 [::]:*'), 'rejected at n2/socket with rst')
    assert.equal(fate('udp UNCONN 0 0 0.0.0.0:80 0.0.0.0:*'), 'rejected at n2/socket with rst')
    assert.equal(
      say(lab(), 'c1', '172.30.0.12:53', { protocol: 'udp' }),
      'rejected at n2/socket with icmp-port-unreachable',
    )
  })

  it('looks into pods whose sockets were read, and believes in those of others', () => {
    assert.equal(say(lab(), 'c1', '10.244.2.5:81'), 'rejected at pod default/web-2 with rst')
    assert.equal(say(lab(), 'c1', '10.244.2.2:81'), 'delivered default/client-2')
    const world = lab()
    world.pods.get('10.244.2.5')!.running = false
    assert.equal(say(world, 'c1', '10.244.2.5:8080'), 'lost (no-address) at pod default/web-2')
  })

  it('says unknown where a part of the state was not read, and only if the packet needs it', () => {
    assert.equal(
      say(lab({ n2: { missing: ['listeners'] } }), 'c1', '172.30.0.12:80'),
      'unknown at nodes/n2/listeners.txt',
    )
    assert.equal(say(lab({ n2: { missing: ['listeners'] } }), 'c1', '10.244.2.5:8080'), 'delivered default/web-2')
    assert.equal(say(lab({ n2: { missing: ['routes'] } }), 'c1', '10.244.1.5:8080'), 'delivered default/web-1')
    assert.equal(say(lab({ n2: { missing: ['routes'] } }), 'c1', '10.244.2.5:8080'), 'unknown at nodes/n2/routes.txt')
    const world = lab()
    world.nodes.delete('n2')
    assert.equal(say(world, 'h1', '172.30.0.12:10250'), 'unknown at n2/host')
  })
})

describe('the walk through connection tracking', () => {
  const stale =
    'udp 17 29 src=10.244.1.2 dst=10.96.0.10 sport=5353 dport=53 [UNREPLIED] src=10.244.9.9 dst=10.244.1.2 sport=53 dport=5353 mark=0 use=1'

  it('lets an old entry catch the packets of its port, and of no other', () => {
    const world = lab({ n1: { iptables: KUBE_PROXY, conntrack: stale } })
    const fate = (sport?: number) => say(world, 'c1', '10.96.0.10:53', { protocol: 'udp', ...(sport ? { sport } : {}) })
    assert.equal(
      courses(world, 'c1', '10.96.0.10:53', { protocol: 'udp', sport: 5353 })[0]?.translatedTo?.ip,
      '10.244.9.9',
    )
    assert.equal(fate(5354), fate())
    assert.equal(courses(world, 'c1', '10.96.0.10:53', { protocol: 'udp' })[0]?.translatedTo, undefined)
  })

  it('gives a new connection to a SYN that meets a closed one', () => {
    const entry = (state: string) =>
      `tcp 6 60 ${state} src=10.244.1.2 dst=10.244.2.5 sport=4000 dport=8080 src=10.244.3.5 dst=10.244.1.2 sport=8080 dport=4000 [ASSURED] mark=0 use=1`
    const fate = (state: string) =>
      say(lab({ n1: { conntrack: entry(state) } }), 'c1', '10.244.2.5:8080', { sport: 4000 })
    assert.equal(fate('TIME_WAIT'), 'delivered default/web-2')
    assert.equal(fate('ESTABLISHED'), 'delivered default/web-3')
  })
})

describe('the walk through IPVS', () => {
  const node = (servers: string) => ({
    links: { 'kube-ipvs0': { flags: [], operstate: 'DOWN', mtu: 1500, linkinfo: { info_kind: 'dummy' } } },
    addresses: [
      { ifname: 'kube-ipvs0', addr_info: [{ family: 'inet', local: '10.96.0.50', prefixlen: 32, scope: 'global' }] },
    ],
    routes: [
      {
        type: 'local',
        dst: '10.96.0.50',
        dev: 'kube-ipvs0',
        table: 'local',
        prefsrc: '10.96.0.50',
        scope: 'host',
        flags: [],
      },
    ],
    sysctls: { 'net/ipv4/vs/conntrack': '1' },
    ipvs: `-A -t 10.96.0.50:80 -s rr\n${servers}`,
    ipset: 'create KUBE-CLUSTER-IP hash:ip,port family inet\nadd KUBE-CLUSTER-IP 10.96.0.50,tcp:80',
    iptables: `*nat\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]
-A OUTPUT ! -s 10.244.0.0/16 -m set --match-set KUBE-CLUSTER-IP dst,dst -j MARK --set-xmark 0x4000/0x4000
-A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE\nCOMMIT\n`,
  })
  const WEB = '-a -t 10.96.0.50:80 -r 10.244.1.5:8080 -m -w 1\n-a -t 10.96.0.50:80 -r 10.244.2.5:8080 -m -w 1'

  it('schedules to every server with a weight, from pods and from the node, and brings the answers back', () => {
    const world = lab({ n1: node(WEB) })
    const both = '50% delivered default/web-1; 50% delivered default/web-2'
    assert.equal(say(world, 'c1', '10.96.0.50:80'), both)
    assert.equal(say(world, 'h1', '10.96.0.50:80'), both)
    assert.equal(say(lab({ n1: node(WEB.replace('-w 1', '-w 0')) }), 'c1', '10.96.0.50:80'), 'delivered default/web-2')
  })

  it('refuses where no server is left, and leaves other ports to the node', () => {
    assert.equal(say(lab({ n1: node('') }), 'c1', '10.96.0.50:80'), 'rejected at n1/ipvs with icmp-port-unreachable')
    assert.equal(say(lab({ n1: node(WEB) }), 'c1', '10.96.0.50:81'), 'rejected at n1/socket with rst')
  })

  it('sends the cluster IP out of the node where kube-ipvs0 does not hold it', () => {
    const world = lab({ n1: { ...node(WEB), addresses: [], routes: [] } })
    assert.equal(say(world, 'c1', '10.96.0.50:80'), 'lost (outside) at n1/eth0')
  })
})

describe('the walk from a pod that is not there yet', () => {
  it('gives a client pod a free address of its node', () => {
    const [course] = walk(
      lab(),
      { kind: 'client', node: 'n1' },
      { family: 4, protocol: 'tcp', destination: '10.244.2.5', dport: 8080 },
    )
    assert.ok(course?.end.fate === 'delivered')
    assert.equal(course.end.packet?.source, '10.244.1.254')
    assert.equal(course.back?.end.fate, 'delivered')
  })

  it('says unknown for a pod or family that the world does not know', () => {
    const [course] = walk(
      lab(),
      { kind: 'endpoint', node: 'n1', pod: 'default/nobody' },
      { family: 4, protocol: 'tcp', destination: '10.244.2.5' },
    )
    assert.equal(course?.end.fate, 'unknown')
    const [six] = walk(lab(), { kind: 'client', node: 'n1' }, { family: 6, protocol: 'tcp', destination: 'fd00::1' })
    assert.equal(six?.end.fate, 'unknown')
  })
})

describe('a course for a person', () => {
  it('has a line a step with its evidence, and the way back', () => {
    const lines = describeCourse(courses(lab(), 'c1', '10.244.2.5:8080')[0]!)
    assert.ok(
      lines.some((line) =>
        /^n1\/flannel\.1: into VXLAN 1 for 172\.30\.0\.12 port 8472 \[nodes\/n1\/neighbours\.jsonl:\d+, nodes\/n1\/fdb\.jsonl:\d+\]$/.test(
          line,
        ),
      ),
    )
    const back = lines.indexOf('back:')
    assert.ok(back > 0)
    assert.equal(lines[back - 1], '= delivered to default/web-2')
    assert.equal(lines.at(-1), '= delivered to default/client-1')
  })

  it('lets no pod take a packet from 127.0.0.1 that came by the wire', () => {
    const nat = ['*nat', ':OUTPUT ACCEPT [0:0]', ':POSTROUTING ACCEPT [0:0]']
    const dnat = '-A OUTPUT -d 127.0.0.1/32 -p tcp -m tcp --dport 30080 -j DNAT --to-destination 10.244.1.5:8080'
    const masquerade = '-A POSTROUTING -s 127.0.0.0/8 -j MASQUERADE'
    const sysctls = { 'net/ipv4/conf/all/route_localnet': '1' }
    const fate = (...rules: string[]) =>
      say(lab({ n1: { sysctls, iptables: [...nat, ...rules, 'COMMIT', ''].join('\n') } }), 'h1', '127.0.0.1:30080')
    assert.equal(fate(dnat), 'dropped at pod default/web-1')
    assert.equal(fate(dnat, masquerade), 'delivered default/web-1')
  })
})
