import type { Family } from '../../src/model.ts'
import { plan } from './addresses.ts'
import type { Config, Item, RuleFamily } from './config.ts'
import { Random } from './random.ts'

/** A Service as kube-proxy would see it, with endpoints that may be dead or wrong. */
export interface SceneService {
  name: string
  family: Family
  protocol: 'tcp' | 'udp'
  ip: string
  port: number
  nodePort: number
  external?: string
  endpoints: { ip: string; port: number; node?: string }[]
}

export interface SceneNode {
  name: string
  n: number
  /** Interface towards the other node: `eth0`. */
  bridge: string
  /** Veth (or routed) interface on the node, by pod. */
  podDev: Map<string, string>
  /** All interface names, for rules to pick from. */
  devs: string[]
}

export interface ScenePod {
  name: string
  node: SceneNode
  k: number
}

export type Overlay = 'vxlan' | 'host-gw' | 'none'

/** What the generator knows while it builds a configuration. */
export interface Scene {
  random: Random
  families: Family[]
  nodes: SceneNode[]
  pods: ScenePod[]
  services: SceneService[]
  overlay: Overlay
  /** Pods hang on a bridge, or each on a routed interface of its own. */
  attach: 'bridge' | 'routed'
  secondNic: boolean
  /** The node through which the machine outside reaches what is not on its own network. */
  outsideHop: SceneNode
  network: Item[]
  rules: Item[]
  usesChance: boolean
  /** Session affinity: what the first try chose, later ones from the same source get as well. */
  sticky: boolean
}

/** Draws the outline of a configuration: nodes, pods, how they hang together, Services. */
export function drawScene(family: RuleFamily, seed: number): Scene {
  const random = new Random(seed)
  const families: Family[] = family === 'ipv6' ? (random.chance(0.3) ? [6, 4] : [6]) : [4]
  const nodes: SceneNode[] = []
  const count = random.chance(0.75) ? 2 : 1
  const attach = random.chance(0.85) ? 'bridge' : 'routed'
  for (let n = 1; n <= count; n++)
    nodes.push({
      name: `n${n}`,
      n,
      bridge: random.weighted([
        [6, 'cni0'],
        [1, 'docker0'],
        [1, 'cbr0'],
      ]),
      podDev: new Map(),
      devs: ['lo', 'eth0'],
    })
  const pods: ScenePod[] = []
  for (const node of nodes)
    for (let k = 0; k < (count === 1 ? 3 : 2); k++) {
      const name = `${'ab'[node.n - 1]}${k}`
      pods.push({ name, node, k })
      const dev = attach === 'bridge' ? `veth${name}` : `cali${name}`
      node.podDev.set(name, dev)
      node.devs.push(dev)
    }
  const scene: Scene = {
    random,
    families,
    nodes,
    pods,
    services: [],
    overlay: random.weighted<Overlay>([
      [6, 'vxlan'],
      [3, 'host-gw'],
      [1, 'none'],
    ]),
    attach,
    secondNic: random.chance(family === 'paths' ? 0.4 : 0.15),
    outsideHop: random.pick(nodes),
    network: [],
    rules: [],
    usesChance: false,
    sticky: false,
  }
  for (const f of families)
    for (let k = 0; k < random.between(1, 3); k++) scene.services.push(drawService(scene, f, k, family === 'paths'))
  return scene
}

function drawService(scene: Scene, family: Family, k: number, plain: boolean): SceneService {
  const { random, pods, nodes } = scene
  const protocol = random.chance(0.7) ? 'tcp' : 'udp'
  const endpoints: SceneService['endpoints'] = []
  const wanted = random.weighted([
    [plain ? 8 : 5, 1],
    [3, 2],
    [2, 3],
    [plain ? 0 : 1, 0],
  ])
  for (let i = 0; i < wanted; i++) {
    const pod = random.pick(pods)
    const node = random.pick(nodes)
    endpoints.push(
      random.weighted([
        [12, { ip: plan.pod(family, pod.node.n, pod.k), port: 8080, node: pod.node.name }],
        [1, { ip: plan.pod(family, pod.node.n, pod.k), port: 8081, node: pod.node.name }], // nobody listens there
        [1, { ip: plan.node(family, node.n), port: 6443, node: node.name }], // host network
        [1, { ip: plan.nobody(family, node.n), port: 8080 }],
      ]),
    )
  }
  const unique = endpoints.filter((e, i) => endpoints.findIndex((o) => o.ip === e.ip && o.port === e.port) === i)
  return {
    name: `default/s${k}`,
    family,
    protocol,
    ip: plan.service(family, k),
    port: random.pick([80, 443, 53, 8080]),
    nodePort: 30080 + k,
    endpoints: unique,
    ...(random.chance(0.3) ? { external: plan.external(family, k) } : {}),
  }
}

/** The finished configuration of a scene. */
export function toConfig(scene: Scene, family: RuleFamily, seed: number): Config {
  const { families, nodes, pods } = scene
  return {
    family,
    seed,
    spaces: ['sw', ...nodes.map((n) => n.name), ...pods.map((p) => p.name), 'x'],
    nodes: nodes.map((n) => ({
      name: n.name,
      addresses: families.map((f) => plan.node(f, n.n)),
      podCidrs: families.map((f) => plan.podNet(f, n.n)),
    })),
    pods: pods.map((p) => ({
      name: p.name,
      node: p.node.name,
      addresses: families.map((f) => plan.pod(f, p.node.n, p.k)),
    })),
    outside: [{ name: 'x', addresses: families.map((f) => plan.outside(f)), hop: scene.outsideHop.name }],
    network: scene.network,
    rules: scene.rules,
    warm: [],
    probes: [],
    random: scene.usesChance,
    sticky: scene.sticky,
  }
}
