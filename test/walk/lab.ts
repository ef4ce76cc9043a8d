import { parseAddresses } from '../../src/parse/addresses.ts'
import { parseConntrack } from '../../src/parse/conntrack.ts'
import { parseFdb } from '../../src/parse/fdb.ts'
import { parseIpRules } from '../../src/parse/ip-rules.ts'
import { parseIpset } from '../../src/parse/ipset.ts'
import { parseIptablesSave } from '../../src/parse/iptables-save.ts'
import { parseIpvs } from '../../src/parse/ipvs.ts'
import { parseLinks } from '../../src/parse/links.ts'
import { parseNeighbours } from '../../src/parse/neighbours.ts'
import { parseNftJson } from '../../src/parse/nft.ts'
import { parseRoutes } from '../../src/parse/routes.ts'
import type { Table } from '../../src/parse/rule.ts'
import { parseSockets } from '../../src/parse/sockets.ts'
import { parseSysctls } from '../../src/parse/sysctls.ts'
import type { NodeState, PodEnd, World } from '../../src/walk/world.ts'

/** What a test changes on one node of the lab. Lists are lines that come before the node's own ones. */
export interface NodeLab {
  iptables?: string
  legacy?: string
  nft?: object[]
  routes?: object[]
  /** Routes of the node's own that are not there, by `dst`. */
  without?: string[]
  rules?: object[]
  addresses?: object[]
  neighbours?: object[]
  fdb?: object[]
  sysctls?: Record<string, string>
  sockets?: string
  conntrack?: string
  ipset?: string
  ipvs?: string
  /** By device: what `ip -j -d link` says otherwise. */
  links?: Record<string, object>
  missing?: (keyof NodeState)[]
}

const lines = (items: object[]) => items.map((item) => JSON.stringify(item)).join('\n')

const mac = (kind: string, n: number) => `0a:${kind}:00:00:00:0${n}`

/** MAC address of a node's flannel.1. */
export const vtepMac = (n: number) => mac('fe', n)

/** Nodes of the lab. */
const NUMBERS = [1, 2, 3]

function ownRoutes(n: number): object[] {
  const local = (dst: string, dev: string) => ({
    type: 'local',
    dst,
    dev,
    table: 'local',
    prefsrc: dst,
    scope: 'host',
    flags: [],
  })
  return [
    { dst: 'default', gateway: '172.30.0.1', dev: 'eth0', flags: [] },
    { dst: `10.244.${n}.0/24`, dev: 'cni0', scope: 'link', prefsrc: `10.244.${n}.1`, flags: [] },
    ...NUMBERS.filter((o) => o !== n).map((o) => ({
      dst: `10.244.${o}.0/24`,
      gateway: `10.244.${o}.0`,
      dev: 'flannel.1',
      flags: ['onlink'],
    })),
    { dst: '172.30.0.0/24', dev: 'eth0', scope: 'link', prefsrc: `172.30.0.1${n}`, flags: [] },
    local(`10.244.${n}.0`, 'flannel.1'),
    local(`10.244.${n}.1`, 'cni0'),
    local(`172.30.0.1${n}`, 'eth0'),
    { type: 'local', dst: '127.0.0.0/8', dev: 'lo', table: 'local', prefsrc: '127.0.0.1', scope: 'host', flags: [] },
  ]
}

function ownLinks(n: number, changed: Record<string, object>): object[] {
  const up = { flags: ['UP', 'LOWER_UP'], operstate: 'UP', mtu: 1500 }
  const port = (hairpin: boolean) => ({
    info_slave_kind: 'bridge',
    info_slave_data: { state: 'forwarding', hairpin, isolated: false },
  })
  const links: Record<string, object> = {
    lo: { ...up, mtu: 65536, operstate: 'UNKNOWN' },
    eth0: { ...up, address: mac('e0', n), linkinfo: { info_kind: 'veth' } },
    'flannel.1': {
      ...up,
      mtu: 1450,
      operstate: 'UNKNOWN',
      address: vtepMac(n),
      linkinfo: {
        info_kind: 'vxlan',
        info_data: { id: 1, port: 8472, local: `172.30.0.1${n}`, link: 'eth0', learning: false },
      },
    },
    cni0: { ...up, address: mac('b0', n), linkinfo: { info_kind: 'bridge', info_data: {} } },
    vethclient: { ...up, master: 'cni0', linkinfo: { info_kind: 'veth', ...port(true) } },
    vethweb: { ...up, master: 'cni0', linkinfo: { info_kind: 'veth', ...port(true) } },
  }
  for (const [name, change] of Object.entries(changed)) links[name] = { ...links[name], ...change }
  return Object.entries(links).map(([ifname, link], at) => ({ ifindex: at + 1, ifname, ...link }))
}

function ownAddresses(n: number): object[] {
  const on = (ifname: string, local: string, prefixlen: number, scope = 'global') => ({
    ifname,
    addr_info: [{ family: 'inet', local, prefixlen, scope }],
  })
  return [
    on('lo', '127.0.0.1', 8, 'host'),
    on('eth0', `172.30.0.1${n}`, 24),
    on('flannel.1', `10.244.${n}.0`, 32),
    on('cni0', `10.244.${n}.1`, 24),
  ]
}

const SYSCTLS: Record<string, string> = {
  'net/ipv4/ip_forward': '1',
  'net/ipv4/conf/all/forwarding': '1',
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/cni0/forwarding': '1',
  'net/ipv4/conf/cni0/rp_filter': '0',
  'net/ipv4/conf/eth0/forwarding': '1',
  'net/ipv4/conf/eth0/rp_filter': '0',
  'net/ipv4/conf/flannel.1/forwarding': '1',
  'net/ipv4/conf/flannel.1/rp_filter': '0',
  'net/bridge/bridge-nf-call-iptables': '1',
}

function labNode(n: number, lab: NodeLab): NodeState {
  const name = `n${n}`
  const at = (file: string) => `nodes/${name}/${file}`
  const part = <T>(file: string, parsed: { items: T[] }) => ({ value: parsed.items, path: at(file) })
  const neighbours = NUMBERS.filter((o) => o !== n).map((o) => ({
    dst: `10.244.${o}.0`,
    dev: 'flannel.1',
    lladdr: vtepMac(o),
    state: ['PERMANENT'],
  }))
  const pods = [2, 5].map((host) => ({
    dst: `10.244.${n}.${host}`,
    dev: 'cni0',
    lladdr: mac(`0${host}`, n),
    state: ['STALE'],
  }))
  const learned = [2, 5].map((host) => ({
    mac: mac(`0${host}`, n),
    ifname: host === 2 ? 'vethclient' : 'vethweb',
    master: 'cni0',
    state: '',
  }))
  const remotes = NUMBERS.filter((o) => o !== n).map((o) => ({
    mac: vtepMac(o),
    ifname: 'flannel.1',
    dst: `172.30.0.1${o}`,
    state: 'permanent',
  }))
  const sysctls = Object.entries({ ...SYSCTLS, ...lab.sysctls }).map(([key, value]) => `${key} ${value}`)
  const routes = ownRoutes(n).filter((route) => !lab.without?.includes((route as { dst: string }).dst))
  const state: NodeState = {
    name,
    links: part('links.jsonl', parseLinks(lines(ownLinks(n, lab.links ?? {})))),
    addresses: part('addresses.jsonl', parseAddresses(lines([...(lab.addresses ?? []), ...ownAddresses(n)]))),
    routes: part('routes.jsonl', parseRoutes(lines([...(lab.routes ?? []), ...routes]), 4)),
    rules: part('rules.jsonl', parseIpRules(lines([...(lab.rules ?? []), ...RULES]), 4)),
    neighbours: part('neighbours.jsonl', parseNeighbours(lines([...(lab.neighbours ?? []), ...neighbours, ...pods]))),
    fdb: part('fdb.jsonl', parseFdb(lines([...(lab.fdb ?? []), ...learned, ...remotes]))),
    sysctls: { value: parseSysctls(sysctls.join('\n')).value, path: at('sysctls.txt') },
    listeners: part(
      'sockets.txt',
      parseSockets(lab.sockets ?? 'tcp LISTEN 0 128 *:10250 *:*\nudp UNCONN 0 0 0.0.0.0:8472 0.0.0.0:*'),
    ),
    conntrack: part('conntrack.txt', parseConntrack(lab.conntrack ?? '')),
    ruleSet: { tables: tablesOf(lab, at), unread: [] },
    rulesMissing: [],
    ipsets: { value: parseIpset(lab.ipset ?? '').sets, path: at('ipset.txt') },
    ipvs: part('ipvs.txt', parseIpvs(lab.ipvs ?? '')),
  }
  for (const key of lab.missing ?? [])
    Object.assign(state, { [key]: { missing: 'no such tool', path: at(`${key}.txt`) } })
  return state
}

const RULES = [
  { priority: 0, src: 'all', table: 'local' },
  { priority: 32766, src: 'all', table: 'main' },
  { priority: 32767, src: 'all', table: 'default' },
]

function tablesOf(lab: NodeLab, at: (file: string) => string): Table[] {
  const iptables = (text: string, backend: 'iptables-nft' | 'iptables-legacy', file: string) =>
    parseIptablesSave(text, { family: 'ip', backend, path: at(file) }).tables
  return [
    ...iptables(lab.iptables ?? '', 'iptables-nft', 'iptables-nft.txt'),
    ...iptables(lab.legacy ?? '', 'iptables-legacy', 'iptables-legacy.txt'),
    ...parseNftJson(lines(lab.nft ?? []), at('nft.jsonl')).tables,
  ]
}

/**
 * Three nodes as kubeadm and flannel make them: n1 to n3 (172.30.0.1N), pods `default/client-N` (10.244.N.2) and `default/web-N`
 * (10.244.N.5, listens on 8080) on each.
 */
export function lab(changes: Partial<Record<'n1' | 'n2' | 'n3', NodeLab>> = {}): World {
  const world: World = { nodes: new Map(), pods: new Map(), nodeAddresses: new Map(), podCidrs: [] }
  for (const n of NUMBERS) {
    const name = `n${n}` as 'n1' | 'n2' | 'n3'
    world.nodes.set(name, labNode(n, changes[name] ?? {}))
    world.nodeAddresses.set(`172.30.0.1${n}`, name)
    world.podCidrs.push({ cidr: `10.244.${n}.0/24`, node: name })
    for (const [pod, host] of [
      ['client', 2],
      ['web', 5],
    ] as const)
      world.pods.set(`10.244.${n}.${host}`, labPod(n, pod, host))
  }
  return world
}

function labPod(n: number, pod: string, host: number): PodEnd {
  const end: PodEnd = {
    name: `default/${pod}-${n}`,
    node: `n${n}`,
    addresses: [`10.244.${n}.${host}`],
    hostNetwork: false,
    running: true,
  }
  if (pod === 'web')
    end.listeners = { value: parseSockets('tcp LISTEN 0 128 *:8080 *:*').items, path: `pods/${end.name}/sockets.txt` }
  return end
}

/** kube-proxy's rules in iptables mode for default/web: 10.96.0.50:80 and node port 30080 to web-1 and web-2. */
export const KUBE_PROXY = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-FORWARD - [0:0]
-A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP
-A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
-A KUBE-FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:KUBE-EXT-WEB - [0:0]
:KUBE-MARK-MASQ - [0:0]
:KUBE-NODEPORTS - [0:0]
:KUBE-POSTROUTING - [0:0]
:KUBE-SEP-1 - [0:0]
:KUBE-SEP-2 - [0:0]
:KUBE-SERVICES - [0:0]
:KUBE-SVC-WEB - [0:0]
-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
-A KUBE-EXT-WEB -j KUBE-MARK-MASQ
-A KUBE-EXT-WEB -j KUBE-SVC-WEB
-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
-A KUBE-NODEPORTS -p tcp -m comment --comment "default/web:http" -m tcp --dport 30080 -j KUBE-EXT-WEB
-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
-A KUBE-SEP-1 -s 10.244.1.5/32 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
-A KUBE-SEP-1 -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.1.5:8080
-A KUBE-SEP-2 -s 10.244.2.5/32 -m comment --comment "default/web:http" -j KUBE-MARK-MASQ
-A KUBE-SEP-2 -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.2.5:8080
-A KUBE-SERVICES -d 10.96.0.50/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-WEB
-A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS
-A KUBE-SVC-WEB ! -s 10.244.0.0/16 -d 10.96.0.50/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j KUBE-MARK-MASQ
-A KUBE-SVC-WEB -m comment --comment "default/web:http -> 10.244.1.5:8080" -m statistic --mode random --probability 0.50000000000 -j KUBE-SEP-1
-A KUBE-SVC-WEB -m comment --comment "default/web:http -> 10.244.2.5:8080" -j KUBE-SEP-2
COMMIT
`
