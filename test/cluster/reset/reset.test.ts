import assert from 'node:assert/strict'
import { compareFacts } from './compare.ts'
import { firewallFacts, nftFacts } from './firewall-facts.ts'
import { nodeFacts } from './node-facts.ts'
import { foreignOnly, repairOf } from './node-repair.ts'
import { inventoryOf, type KubeObject } from './objects.ts'
import { overlayProblems } from './overlay-problems.ts'
import { objectChanges } from './restore-objects.ts'

const LINKS = JSON.stringify([
  { ifname: 'lo', flags: ['UP'], mtu: 65536 },
  { ifname: 'eth0', flags: ['UP'], mtu: 1500, linkinfo: { info_kind: 'veth' } },
  { ifname: 'cni0', flags: ['UP'], mtu: 1450, linkinfo: { info_kind: 'bridge' } },
  { ifname: 'veth0a1b2c3d', flags: ['UP'], mtu: 1450, master: 'cni0', linkinfo: { info_kind: 'veth' } },
  { ifname: 'flannel.1', address: 'aa:aa:aa:aa:aa:01', flags: ['UP'], mtu: 1450, linkinfo: { info_kind: 'vxlan' } },
])
const STATE = `@@ sysctl
net/ipv4/ip_forward=1
@@ links
${LINKS}
@@ addresses
[]
@@ routes
default via 172.30.0.1 dev eth0
10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1 linkdown
@@ rules
0:	from all lookup local
@@ hairpin
veth0a1b2c3d 1
@@ fdb
aa:aa:aa:aa:aa:02 dst 172.30.0.12 self permanent
@@ neigh
10.244.2.0 dev flannel.1 lladdr aa:aa:aa:aa:aa:02 PERMANENT
@@ iptables
*nat
:PREROUTING ACCEPT [5:300]
:KUBE-SEP-AAAAAAAAAAAAAAAA - [0:0]
-A KUBE-SEP-AAAAAAAAAAAAAAAA -p udp -j DNAT --to-destination 10.244.0.2:53
@@ processes
      1       0 S    /bin/bash /x/node-init.sh n1
     40       1 Sl   containerd
     50       1 Sl   /usr/bin/containerd-shim-runc-v2 -id x
     60      50 Ssl  /usr/local/bin/kube-proxy
@@ files
abc  /etc/resolv.conf
`
const HEALTHY = nodeFacts(STATE, ['10.244.0.2'])
const deviationsAfter = (change: (state: string) => string, pods = ['10.244.0.2']) =>
  compareFacts(HEALTHY, nodeFacts(change(STATE), pods))

describe('Reset', () => {
  it('sees no deviation where only pods came and went', () => {
    const moved = (state: string): string =>
      state
        .replaceAll('veth0a1b2c3d', 'vethffffffff')
        .replaceAll('AAAAAAAAAAAAAAAA', 'BBBBBBBBBBBBBBBB')
        .replace('10.244.0.2:53', '10.244.0.7:53')
        .replace('[5:300]', '[9:999]')
    assert.deepEqual(deviationsAfter(moved, ['10.244.0.7']), [])
  })

  it('sees a rule that leads to an address no system pod has', () => {
    const [deviation] = deviationsAfter((state) => state.replace('10.244.0.2:53', '10.244.9.9:53'))
    assert.equal(deviation?.section, 'iptables')
    assert.match(deviation?.extra.join() ?? '', /10\.244\.9\.9:53/)
  })

  it('repairs settings, links, routes, hairpin and processes one by one', () => {
    const broken = deviationsAfter((state) =>
      state
        .replace('ip_forward=1', 'ip_forward=0')
        .replace('default via 172.30.0.1 dev eth0', 'blackhole 10.99.0.0/16')
        .replace('veth0a1b2c3d 1', 'veth0a1b2c3d 0')
        .replace('60      50 Ssl', '60      50 Tsl')
        .replace('"ifname":"eth0","flags":["UP"]', '"ifname":"eth0","flags":[]')
        .replace('@@ files', '     70       1 S    socat TCP-LISTEN:1\n@@ files'),
    )
    const { commands } = repairOf(broken, '/n1.tar')
    for (const command of [
      'echo 1 > /proc/sys/net/ipv4/ip_forward',
      'ip link set eth0 mtu 1500 nomaster up',
      'ip -4 route del blackhole 10.99.0.0/16',
      'ip -4 route add default via 172.30.0.1 dev eth0',
      'bridge link set dev veth0a1b2c3d hairpin on',
      'kill -CONT 60',
      'kill -KILL 70',
    ]) {
      assert.ok(commands.includes(command), `${command} is not among ${commands.join('; ')}`)
    }
  })

  it('takes foreign rules away by themselves and empties everything for damage to the system rules', () => {
    const foreign = deviationsAfter((state) => state.replace(':KUBE', '-A PREROUTING -s 1.2.3.4/32 -j DROP\n:KUBE'))
    assert.deepEqual(repairOf(foreign, '').commands, ['iptables -w -t nat -D PREROUTING -s 1.2.3.4/32 -j DROP'])
    assert.deepEqual(foreignOnly(foreign), foreign)
    const damaged = deviationsAfter((state) => state.replace(/-A KUBE-SEP.*\n/, ''))
    assert.deepEqual(foreignOnly(damaged), [])
    const repair = repairOf(damaged, '')
    assert.match(repair.commands.join('\n'), /nft flush ruleset/)
    assert.deepEqual([...repair.restart], ['kube-proxy', 'network-policies'])
  })

  it('brings changed files back, removes extra ones and restarts what reads them', () => {
    const broken = deviationsAfter((state) =>
      state.replace('abc  /etc/resolv.conf', 'xyz  /etc/resolv.conf\n1  /etc/sysctl.d/9.conf'),
    )
    const { commands, restart } = repairOf(broken, '/n1.tar')
    assert.deepEqual(commands, ['rm -f /etc/sysctl.d/9.conf', 'tar -C / -xf /n1.tar etc/resolv.conf'])
    assert.deepEqual([...restart], ['coredns'])
  })

  it('mounts a lost cgroup tree again', () => {
    const facts = ['/sys/fs/cgroup/cpu cgroup rw,cpu', '/sys/fs/cgroup/systemd cgroup rw,name=systemd']
    const { commands } = repairOf([{ section: 'cgroups', extra: [], missing: facts }], '')
    assert.deepEqual(commands, [
      'mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup',
      "mkdir -p /sys/fs/cgroup/cpu; mount -t cgroup -o 'cpu' cgroup /sys/fs/cgroup/cpu",
      "mkdir -p /sys/fs/cgroup/systemd; mount -t cgroup -o 'none,name=systemd' cgroup /sys/fs/cgroup/systemd",
    ])
  })

  it('leaves accepting policies and counters out and keeps dropping ones', () => {
    const lines = ['*filter', ':FORWARD DROP [3:180]', ':INPUT ACCEPT [0:0]', ':MINE - [0:0]', 'COMMIT']
    assert.deepEqual(firewallFacts(lines, []), ['filter -P FORWARD DROP', 'filter -N MINE'])
  })

  it('reads nft tables that are not iptables own, with set elements in any order', () => {
    const table = (elements: string[]): string[] => [
      'table ip filter {',
      '\tchain INPUT {',
      '\t}',
      '}',
      'table inet foo {',
      '\tset ips {',
      ...elements,
      '\t}',
      '}',
    ]
    const one = nftFacts(table(['\t\telements = { 1.1.1.1,', '\t\t\t     2.2.2.2 }']), [])
    const other = nftFacts(table(['\t\telements = { 2.2.2.2,', '\t\t\t     1.1.1.1 }']), [])
    assert.deepEqual(one.sort(), other.sort())
    assert.ok(one.every((fact) => fact.startsWith('table inet foo')))
  })

  it('compares the tunnel tables with what the peers announced', () => {
    const nodes = [
      { name: 'n1', podCidr: '10.244.1.0/24', publicIp: '172.30.0.11', mac: 'aa:aa:aa:aa:aa:01' },
      { name: 'n2', podCidr: '10.244.2.0/24', publicIp: '172.30.0.12', mac: 'aa:aa:aa:aa:aa:02' },
    ]
    assert.deepEqual(overlayProblems(STATE, 'n1', nodes), [])
    const wrong = STATE.replace('aa:aa:aa:aa:aa:02 dst 172.30.0.12', 'aa:aa:aa:aa:aa:02 dst 172.30.0.99')
    assert.deepEqual(overlayProblems(wrong, 'n1', nodes), [
      'no forwarding entry aa:aa:aa:aa:aa:02 dst 172.30.0.12',
      'extra forwarding entry aa:aa:aa:aa:aa:02 dst 172.30.0.99 self permanent',
    ])
  })

  it('tells extra, changed and missing objects apart and ignores what controllers make', () => {
    const object = (name: string, spec: object, metadata: object = {}): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'default', name, uid: name, resourceVersion: String(Math.random()), ...metadata },
      spec: { ...spec },
      status: { any: 1 },
    })
    const healthy = inventoryOf({ items: [object('a', { x: 1 }), object('b', { x: 1 }), object('c', { x: 1 })] })
    const owned = object('e', {}, { ownerReferences: [{ kind: 'ReplicaSet' }] })
    const now = inventoryOf({ items: [object('a', { x: 1 }), object('b', { x: 2 }), object('d', {}), owned] })
    const changes = objectChanges(healthy, now)
    const names = (objects: KubeObject[]): string[] => objects.map((one) => one.metadata.name)
    assert.deepEqual([names(changes.extra), names(changes.changed), names(changes.missing)], [['d'], ['b'], ['c']])
    assert.deepEqual(changes.changed[0]?.spec, { x: 1 })
  })
})
