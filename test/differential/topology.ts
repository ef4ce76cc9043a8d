import type { Family } from '../../src/model.ts'
import { hostLength, ipFlag, netLength, plan } from './addresses.ts'
import type { Item } from './config.ts'
import type { Scene, SceneNode, ScenePod } from './scene.ts'

const vtepMac = (n: number, family: Family) => `0a:00:00:00:0${family}:0${n}`
export const vxlanDev = (family: Family) => (family === 4 ? 'flannel.1' : 'flannel-v6.1')

/** Lays a healthy network: switch, nodes, pods, overlay, listeners. Mutations come later as further items. */
export function layNetwork(scene: Scene): void {
  const { nodes, pods, families } = scene
  const spaces = ['sw', ...nodes.map((n) => n.name), ...pods.map((p) => p.name), 'x']
  for (const ns of spaces) base(scene, ns)
  const sw = put(scene, 'sw')
  sw({ ip: 'link add br0 type bridge' }, { ip: 'link set br0 up' })
  sw({ sysctl: 'net/bridge/bridge-nf-call-iptables', value: '0' })
  sw({ sysctl: 'net/bridge/bridge-nf-call-ip6tables', value: '0' })
  for (const host of [...nodes.map((n) => n.name), 'x'])
    sw(
      { ip: `link add p${host} type veth peer name eth0 netns @${host}` },
      { ip: `link set p${host} master br0` },
      { ip: `link set p${host} up` },
    )
  if (scene.secondNic && nodes.length > 1) sw({ ip: 'link add name eth1 netns @n1 type veth peer name eth1 netns @n2' })
  for (const node of nodes) layNode(scene, node)
  for (const pod of pods) layPod(scene, pod)
  const x = put(scene, 'x')
  for (const f of families) x({ ip: `addr add ${plan.outside(f)}/${netLength(f)} dev eth0${nodad(f)}` })
  x({ ip: 'link set eth0 up' })
  for (const f of families) x({ ip: `${ipFlag(f)}route add default via ${plan.node(f, scene.outsideHop.n)}` })
  for (const f of families) listen(scene, 'x', f, 7000, 'any')
}

/** Adds items to a namespace. */
export function put(scene: Scene, ns: string): (...items: Omit<Item, 'ns'>[]) => void {
  return (...items) => scene.network.push(...items.map((item) => ({ ns, ...item }) as Item))
}

/** Calico's: every pod interface of a node has it. */
const GATEWAY_MAC = 'ee:ee:ee:ee:ee:ee'

const nodad = (family: Family) => (family === 6 ? ' nodad' : '')

/**
 * What every namespace has: loopback, no rate limits on ICMP (they would hide refusals), no redirects, no address checks that take
 * seconds.
 */
function base(scene: Scene, ns: string): void {
  const add = put(scene, ns)
  const v6 = scene.families.includes(6)
  add({ ip: 'link set lo up' })
  add({ sysctl: 'net/ipv4/icmp_ratelimit', value: '0' }, { sysctl: 'net/ipv4/icmp_msgs_per_sec', value: '100000' })
  add({ sysctl: 'net/ipv4/icmp_msgs_burst', value: '100000' }, { sysctl: 'net/ipv6/icmp/ratelimit', value: '0' })
  // Redirects would teach senders another way after the first packet.
  for (const which of ['all', 'default', ...(ns === 'sw' ? [] : ['eth0'])]) {
    add({ sysctl: `net/ipv4/conf/${which}/accept_redirects`, value: '0' })
    add({ sysctl: `net/ipv6/conf/${which}/accept_redirects`, value: '0' })
    add({ sysctl: `net/ipv4/conf/${which}/send_redirects`, value: '0' })
    add({ sysctl: `net/ipv6/conf/${which}/accept_dad`, value: '0' })
  }
  if (ns !== 'sw') keepNeighbours(scene, ns, 'eth0')
  for (const which of ['all', 'default']) {
    add({ sysctl: `net/ipv4/conf/${which}/rp_filter`, value: '0' })
    add({ sysctl: `net/ipv6/conf/${which}/disable_ipv6`, value: v6 && ns !== 'sw' ? '0' : '1' })
  }
}

/** What neighbours have learned of each other holds while the configuration stands, however slow the machine is. */
function keepNeighbours(scene: Scene, ns: string, dev: string): void {
  for (const f of scene.families)
    put(scene, ns)(
      { sysctl: `net/ipv${f}/neigh/${dev}/delay_first_probe_time`, value: '600' },
      { sysctl: `net/ipv${f}/neigh/${dev}/base_reachable_time_ms`, value: '3600000' },
    )
}

function layNode(scene: Scene, node: SceneNode): void {
  const { families, random } = scene
  const add = put(scene, node.name)
  add({ sysctl: 'net/ipv4/ip_forward', value: '1' })
  if (families.includes(6)) add({ sysctl: 'net/ipv6/conf/all/forwarding', value: '1' })
  for (const f of families) add({ ip: `addr add ${plan.node(f, node.n)}/${netLength(f)} dev eth0${nodad(f)}` })
  add({ ip: 'link set eth0 up' })
  if (scene.secondNic && scene.nodes.length > 1) {
    for (const f of families) add({ ip: `addr add ${plan.second(f, node.n)}/${netLength(f)} dev eth1${nodad(f)}` })
    add({ ip: 'link set eth1 up' })
    node.devs.push('eth1')
  }
  if (random.chance(0.5)) for (const f of families) add({ ip: `${ipFlag(f)}route add default via ${plan.outside(f)}` })
  if (scene.attach === 'bridge') layBridge(scene, node)
  else layRouted(scene, node)
  if (scene.nodes.length > 1) layOverlay(scene, node)
  for (const f of families) {
    listen(scene, node.name, f, 6443, 'any')
    if (random.chance(0.3)) listen(scene, node.name, f, 9000, f === 4 ? '127.0.0.1' : '::1')
    if (random.chance(0.3)) listen(scene, node.name, f, 9001, plan.node(f, node.n))
  }
}

function layBridge(scene: Scene, node: SceneNode): void {
  const add = put(scene, node.name)
  node.devs.push(node.bridge)
  add({ ip: `link add ${node.bridge} type bridge` })
  keepNeighbours(scene, node.name, node.bridge)
  add({ sysctl: 'net/bridge/bridge-nf-call-iptables', value: '1' })
  add({ sysctl: 'net/bridge/bridge-nf-call-ip6tables', value: '1' })
  for (const f of scene.families)
    add({ ip: `addr add ${plan.bridge(f, node.n)}/${netLength(f)} dev ${node.bridge}${nodad(f)}` })
  add({ ip: `link set ${node.bridge} up` })
  const hairpin = scene.random.chance(0.7)
  for (const [pod, dev] of node.podDev) {
    add(
      { ip: `link add ${dev} type veth peer name eth0 netns @${pod}` },
      { ip: `link set ${dev} master ${node.bridge}` },
    )
    if (hairpin) add({ ip: `link set ${dev} type bridge_slave hairpin on` })
    add({ ip: `link set ${dev} up` })
  }
}

/** Each pod on its own interface with a host route, the node answering for the gateway (as Calico and ptp do). */
function layRouted(scene: Scene, node: SceneNode): void {
  const add = put(scene, node.name)
  for (const pod of scene.pods.filter((p) => p.node === node)) {
    const dev = node.podDev.get(pod.name)
    add({ ip: `link add ${dev} address ${GATEWAY_MAC} type veth peer name eth0 netns @${pod.name}` })
    keepNeighbours(scene, node.name, `${dev}`)
    for (const f of scene.families)
      if (f === 4) add({ sysctl: `net/ipv4/conf/${dev}/proxy_arp`, value: '1' })
      else add({ ip: `addr add ${plan.gateway(6)}/64 dev ${dev} nodad` })
    add({ ip: `link set ${dev} up` })
    for (const f of scene.families)
      add({ ip: `${ipFlag(f)}route add ${plan.pod(f, node.n, pod.k)}/${hostLength(f)} dev ${dev} scope link` })
  }
}

function layOverlay(scene: Scene, node: SceneNode): void {
  const add = put(scene, node.name)
  for (const f of scene.families) {
    const dev = vxlanDev(f)
    if (scene.overlay === 'vxlan') {
      const own = `address ${vtepMac(node.n, f)} type vxlan id 1 local ${plan.node(f, node.n)} dev eth0 dstport 8472 nolearning`
      add({ ip: `link add ${dev} ${own}` })
      add(
        { ip: `addr add ${plan.vtep(f, node.n)}/${hostLength(f)} dev ${dev}${nodad(f)}` },
        { ip: `link set ${dev} up` },
      )
      node.devs.push(dev)
    }
    for (const other of scene.nodes.filter((o) => o !== node)) {
      const net = plan.podNet(f, other.n)
      if (scene.overlay === 'host-gw') add({ ip: `${ipFlag(f)}route add ${net} via ${plan.node(f, other.n)} dev eth0` })
      if (scene.overlay !== 'vxlan') continue
      const gateway = plan.vtep(f, other.n)
      add({ ip: `${ipFlag(f)}route add ${net} via ${gateway} dev ${dev} onlink` })
      add({ ip: `neigh add ${gateway} lladdr ${vtepMac(other.n, f)} dev ${dev} nud permanent` })
      add({ bridge: `fdb append ${vtepMac(other.n, f)} dev ${dev} dst ${plan.node(f, other.n)}` })
    }
  }
}

function layPod(scene: Scene, pod: ScenePod): void {
  const add = put(scene, pod.name)
  const routed = scene.attach === 'routed'
  for (const f of scene.families) {
    const length = routed ? hostLength(f) : netLength(f)
    add({ ip: `addr add ${plan.pod(f, pod.node.n, pod.k)}/${length} dev eth0${nodad(f)}` })
  }
  add({ ip: 'link set eth0 up' })
  for (const f of scene.families) {
    const gateway = routed ? plan.gateway(f) : plan.bridge(f, pod.node.n)
    if (routed && f === 4) {
      add({ ip: `route add ${gateway} dev eth0 scope link` })
      add({ ip: `neigh add ${gateway} lladdr ${GATEWAY_MAC} dev eth0 nud permanent` })
    }
    add({ ip: `${ipFlag(f)}route add default via ${gateway} dev eth0` })
    listen(scene, pod.name, f, 8080, 'any')
    if (scene.random.chance(0.3)) listen(scene, pod.name, f, 9000, f === 4 ? '127.0.0.1' : '::1')
  }
}

/** A TCP and a UDP listener. `any`: the wildcard address of the family, for v6 with or without v4. */
function listen(scene: Scene, ns: string, family: Family, port: number, address: string): void {
  const both = family === 6 && !scene.families.includes(4) && scene.random.chance(0.5)
  const at = address === 'any' ? (family === 4 ? '0.0.0.0' : '::') : address
  for (const protocol of ['tcp', 'udp'] as const)
    put(scene, ns)({ listen: protocol, address: at, port, ...(family === 6 && !both ? { v6only: true } : {}) })
}
