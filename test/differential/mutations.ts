import type { Family } from '../../src/model.ts'
import { hostLength, ipFlag, plan } from './addresses.ts'
import type { Scene, SceneNode } from './scene.ts'
import { put, vxlanDev } from './topology.ts'

type Mutation = (scene: Scene, node: SceneNode, family: Family) => void

/** Bends the healthy network: forwarding, filters of the kernel itself, routes, policy routing, bridge ports, tunnels. */
export function mutateNetwork(scene: Scene, count: number): void {
  const { random } = scene
  for (let i = 0; i < count; i++)
    random.weighted(MUTATIONS)(scene, random.pick(scene.nodes), random.pick(scene.families))
}

const forwardingOff: Mutation = (scene, node, family) => {
  const all = family === 4 ? 'net/ipv4/ip_forward' : 'net/ipv6/conf/all/forwarding'
  const one = `net/ipv${family}/conf/${scene.random.pick(node.devs)}/forwarding`
  put(scene, node.name)({ sysctl: scene.random.chance(0.5) ? all : one, value: '0' })
}

const reversePath: Mutation = (scene, node) => {
  const { random } = scene
  const dev = random.weighted([
    [2, 'all'],
    [3, random.pick(node.devs)],
  ])
  put(scene, node.name)({ sysctl: `net/ipv4/conf/${dev}/rp_filter`, value: random.pick(['1', '1', '2', '0']) })
}

const bridgeNetfilterOff: Mutation = (scene, node, family) => {
  if (scene.attach !== 'bridge') return
  put(scene, node.name)({ sysctl: `net/bridge/bridge-nf-call-ip${family === 4 ? '' : '6'}tables`, value: '0' })
}

const localnet: Mutation = (scene, node) => {
  const dev = scene.random.pick(['all', node.bridge, 'eth0'])
  if (dev !== 'all' && !node.devs.includes(dev)) return
  const key = scene.random.pick(['route_localnet', 'route_localnet', 'accept_local'])
  put(scene, node.name)({ sysctl: `net/ipv4/conf/${dev}/${key}`, value: '1' })
}

const portFlag: Mutation = (scene, node) => {
  if (scene.attach !== 'bridge') return
  const dev = scene.random.pick([...node.podDev.values()])
  const flag = scene.random.pick(['hairpin off', 'hairpin on', 'isolated on', 'learning off'])
  put(scene, node.name)({ ip: `link set ${dev} type bridge_slave ${flag}` })
}

/** A further route: another way, a dead end, or a better prefix to a wrong place. */
const furtherRoute: Mutation = (scene, node, family) => {
  const { random } = scene
  const other = random.pick(scene.nodes)
  const pod = random.pick(scene.pods)
  const to = random.weighted([
    [3, plan.podNet(family, other.n)],
    [3, `${plan.pod(family, pod.node.n, pod.k)}/${hostLength(family)}`],
    [2, plan.serviceNet(family)],
    [1, `${plan.external(family, 0)}/${hostLength(family)}`],
    [1, plan.allPods(family)],
  ])
  const way = random.weighted([
    [2, `blackhole ${to}`],
    [2, `unreachable ${to}`],
    [2, `prohibit ${to}`],
    [1, `throw ${to}`],
    [3, `${to} via ${plan.node(family, random.pick(scene.nodes).n)}`],
    [2, `${to} via ${plan.outside(family)}`],
    [2, `${to} dev ${random.pick(node.devs)}`],
    [scene.secondNic && scene.nodes.length > 1 ? 3 : 0, `${to} via ${plan.second(family, 3 - node.n)}`],
  ])
  const metric = family === 6 ? random.pick([' metric 10', ' metric 2000']) : random.pick(['', '', ' metric 50'])
  if (isOwn(node, way, family, plan)) return
  put(scene, node.name)({ ip: `${ipFlag(family)}route replace ${way}${metric}` })
}

/** The kernel refuses a gateway that is the node itself. */
const isOwn = (node: SceneNode, way: string, family: Family, p: typeof plan) =>
  way.endsWith(`via ${p.node(family, node.n)}`)

const routeGone: Mutation = (scene, node, family) => {
  const other = scene.nodes.find((n) => n !== node)
  if (!other || scene.overlay === 'none') return
  // `replace` first, so that a second such mutation does not fail on a route that is gone.
  const to = plan.podNet(family, other.n)
  const dev = scene.overlay === 'vxlan' ? vxlanDev(family) : 'eth0'
  put(scene, node.name)(
    { ip: `${ipFlag(family)}route replace ${to} dev ${dev} metric 77` },
    { ip: `${ipFlag(family)}route flush ${to}` },
  )
}

/** A table of its own, and a rule that sends some packets there. */
const policyRouting: Mutation = (scene, node, family) => {
  const { random } = scene
  const table = random.between(100, 102)
  const flag = ipFlag(family)
  const pod = random.pick(scene.pods)
  const selector = random.pick([
    'fwmark 0x4000/0x4000',
    'fwmark 0x1',
    `from ${plan.pod(family, pod.node.n, pod.k)}`,
    `from ${plan.allPods(family)}`,
    `to ${plan.serviceNet(family)}`,
    `to ${plan.podNet(family, pod.node.n)}`,
    `iif ${random.pick(node.devs)}`,
    `oif ${random.pick(node.devs)}`,
    `not from ${plan.allPods(family)}`,
  ])
  const priority = random.pick([100, 5000, 32764])
  const action = random.weighted([
    [6, `table ${table}`],
    [1, 'table main suppress_prefixlength 0'],
    [1, random.pick(['blackhole', 'unreachable', 'prohibit'])],
  ])
  const add = put(scene, node.name)
  add({ ip: `${flag}rule add priority ${priority + random.between(1, 9)} ${selector} ${action}` })
  if (!action.startsWith('table 1')) return
  const hop = scene.secondNic && scene.nodes.length > 1 ? plan.second(family, 3 - node.n) : plan.outside(family)
  const all = family === 4 ? '0.0.0.0/0' : '::/0'
  const route = random.weighted([
    [3, `${all} via ${hop}`],
    [1, `unreachable ${all}`],
    [1, `blackhole ${all}`],
    [1, `${plan.podNet(family, pod.node.n)} dev ${random.pick(node.devs)}`],
    [1, `throw ${plan.podNet(family, pod.node.n)}`],
  ])
  if (random.chance(0.9)) add({ ip: `${flag}route replace ${route} table ${table}` })
}

const linkDown: Mutation = (scene, node, family) => {
  const { random } = scene
  const devs = [...node.podDev.values(), node.bridge, vxlanDev(family), 'eth1', 'eth0'].filter((d) =>
    node.devs.includes(d),
  )
  put(scene, node.name)({ ip: `link set ${random.pick(devs)} down` })
}

const tunnel: Mutation = (scene, node, family) => {
  const { random } = scene
  const other = scene.nodes.find((n) => n !== node)
  if (scene.overlay !== 'vxlan' || !other) return
  const add = put(scene, node.name)
  const dev = vxlanDev(family)
  const mac = `0a:00:00:00:0${family}:0${other.n}`
  const gateway = plan.vtep(family, other.n)
  random.pick([
    () => add({ bridge: `fdb replace ${mac} dev ${dev} dst ${plan.outside(family)}` }),
    () => add({ bridge: `fdb replace ${mac} dev ${dev} dst ${plan.external(family, 3)}` }),
    () => add({ bridge: `fdb replace 0a:00:00:00:00:77 dev ${dev} dst ${plan.node(family, other.n)}` }),
    () => add({ ip: `neigh replace ${gateway} lladdr 0a:00:00:00:00:77 dev ${dev} nud permanent` }),
    () => add({ ip: `neigh replace ${gateway} dev ${dev} nud failed` }),
    () => remakeTunnel(scene, node, other, family, random.pick(['id 2 dstport 8472', 'id 1 dstport 4789'])),
  ])()
}

function remakeTunnel(scene: Scene, node: SceneNode, other: SceneNode, family: Family, how: string): void {
  const add = put(scene, node.name)
  const dev = vxlanDev(family)
  const gateway = plan.vtep(family, other.n)
  const mac = (n: number) => `0a:00:00:00:0${family}:0${n}`
  const [, id, , port] = how.split(' ')
  const local = `local ${plan.node(family, node.n)} dev eth0`
  add({ ip: `link del ${dev}` })
  add({ ip: `link add ${dev} address ${mac(node.n)} type vxlan id ${id} ${local} dstport ${port} nolearning` })
  add({ ip: `addr add ${plan.vtep(family, node.n)}/${hostLength(family)} dev ${dev}` }, { ip: `link set ${dev} up` })
  add({ ip: `${ipFlag(family)}route replace ${plan.podNet(family, other.n)} via ${gateway} dev ${dev} onlink` })
  add({ ip: `neigh replace ${gateway} lladdr ${mac(other.n)} dev ${dev} nud permanent` })
  add({ bridge: `fdb append ${mac(other.n)} dev ${dev} dst ${plan.node(family, other.n)}` })
}

/** A neighbour entry that is wrong for good, as a static one can be. */
const wrongNeighbour: Mutation = (scene, node, family) => {
  const { random } = scene
  if (scene.attach !== 'bridge') return
  const pod = random.pick(scene.pods.filter((p) => p.node === node))
  const add = put(scene, node.name)
  if (random.chance(0.6))
    add({
      ip: `neigh replace ${plan.pod(family, node.n, pod.k)} lladdr 0a:00:00:00:00:88 dev ${node.bridge} nud permanent`,
    })
  else add({ ip: `neigh replace ${plan.node(family, 3 - node.n)} lladdr 0a:00:00:00:00:88 dev eth0 nud permanent` })
}

/** A node takes an address that is not its own: a Service's (as IPVS does) or a pod's. */
const strangeAddress: Mutation = (scene, node, family) => {
  const { random } = scene
  const service = random.pick(scene.services.filter((s) => s.family === family))
  // An own pod's address would make the node deaf for that pod's ARP: nothing would leave the pod.
  const pod = random.pick(scene.pods.filter((p) => p.node !== node).concat(scene.nodes.length > 1 ? [] : scene.pods))
  const address = random.weighted([
    [3, service.ip],
    [1, service.external ?? service.ip],
    [scene.nodes.length > 1 ? 2 : 0, plan.pod(family, pod.node.n, pod.k)],
  ])
  const dev = random.pick(['lo', 'eth0'])
  put(
    scene,
    node.name,
  )({ ip: `addr replace ${address}/${hostLength(family)} dev ${dev}${family === 6 ? ' nodad' : ''}` })
}

const preferredSource: Mutation = (scene, node, family) => {
  const other = scene.nodes.find((n) => n !== node)
  if (!other || scene.overlay !== 'host-gw') return
  const source = scene.attach === 'bridge' ? plan.bridge(family, node.n) : plan.node(family, node.n)
  const via = `via ${plan.node(family, other.n)} dev eth0`
  put(scene, node.name)({ ip: `${ipFlag(family)}route replace ${plan.podNet(family, other.n)} ${via} src ${source}` })
}

/** A pod whose own routes are odd: no way out, or a too wide view of its network. */
const podRoute: Mutation = (scene, _node, family) => {
  const { random } = scene
  const pod = random.pick(scene.pods)
  const all = family === 4 ? '0.0.0.0/0' : '::/0'
  const add = put(scene, pod.name)
  if (random.chance(0.5)) add({ ip: `${ipFlag(family)}route flush ${all}` })
  else add({ ip: `${ipFlag(family)}route replace ${plan.allPods(family)} dev eth0` })
}

const MUTATIONS: readonly (readonly [number, Mutation])[] = [
  [1, forwardingOff],
  [3, reversePath],
  [2, bridgeNetfilterOff],
  [1, localnet],
  [2, portFlag],
  [5, furtherRoute],
  [1, routeGone],
  [5, policyRouting],
  [1, linkDown],
  [2, tunnel],
  [1, wrongNeighbour],
  [2, strangeAddress],
  [1, preferredSource],
  [1, podRoute],
]
