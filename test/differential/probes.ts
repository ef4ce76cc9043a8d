import { plan } from './addresses.ts'
import type { Config, Probe } from './config.ts'
import type { Scene } from './scene.ts'

/** Draws what to try: mostly Services and pods, some addresses that nobody has. Each probe is another pair of ends. */
export function drawProbes(scene: Scene, count: number): Probe[] {
  const { random, families, nodes, pods, services } = scene
  const probes = new Map<string, Probe>()
  for (let tries = 0; probes.size < count && tries < count * 20; tries++) {
    const family = random.pick(families)
    const from = random.weighted<string>([
      [6, random.pick(pods).name],
      [3, random.pick(nodes).name],
      [1, 'x'],
    ])
    const protocol = random.chance(0.7) ? 'tcp' : 'udp'
    const own = services.filter((s) => s.family === family)
    const service = random.pick(own)
    const node = random.pick(nodes)
    const pod = random.pick(pods)
    const anyPort = random.weighted([
      [8, 8080],
      [2, 8081],
      [1, 9000],
    ])
    const target = random.weighted<Omit<Probe, 'from' | 'family'>>([
      [8, { protocol: service.protocol, destination: service.ip, dport: service.port }],
      [3, { protocol: service.protocol, destination: plan.node(family, node.n), dport: service.nodePort }],
      [
        service.external ? 2 : 0,
        { protocol: service.protocol, destination: service.external ?? '', dport: service.port },
      ],
      [6, { protocol, destination: plan.pod(family, pod.node.n, pod.k), dport: anyPort }],
      [2, { protocol, destination: plan.node(family, node.n), dport: random.pick([6443, 9000, 9001, 30999]) }],
      [1, { protocol, destination: plan.bridge(family, node.n), dport: random.pick([6443, 53]) }],
      [1, { protocol, destination: service.ip, dport: random.pick([81, 8080]) }],
      [from === 'x' ? 0 : 1, { protocol, destination: plan.outside(family), dport: random.pick([7000, 7001]) }],
      [1, { protocol, destination: plan.nobody(family, node.n), dport: 8080 }],
      [
        from.startsWith('n') ? 1 : 0,
        { protocol, destination: family === 4 ? '127.0.0.1' : '::1', dport: random.pick([6443, service.nodePort]) },
      ],
      [0.5, { protocol, destination: plan.external(family, 9), dport: 443 }],
      [scene.secondNic && from !== 'x' ? 1 : 0, { protocol, destination: plan.second(family, node.n), dport: 6443 }],
    ])
    const probe: Probe = { from, family, ...target }
    probes.set(JSON.stringify(probe), probe)
  }
  return [...probes.values()]
}

/** Lets neighbours meet before the rules are in: pods their gateway and their siblings, nodes their pods and each other. */
export function drawWarm(scene: Scene, config: Config): Probe[] {
  const warm: Probe[] = []
  for (const family of scene.families) {
    const knock = (from: string, destination: string) =>
      warm.push({ from, family, protocol: 'udp', destination, dport: 65000 })
    for (const pod of scene.pods) {
      knock(pod.name, plan.bridge(family, pod.node.n))
      // Neighbour discovery of IPv6 passes the filters: without these entries, rules would decide about it as well.
      if (family === 4 && scene.random.chance(0.1)) continue
      knock(pod.node.name, plan.pod(family, pod.node.n, pod.k))
      for (const other of scene.pods) if (other !== pod) knock(pod.name, plan.pod(family, other.node.n, other.k))
    }
    for (const node of config.nodes) knock('x', node.addresses[scene.families.indexOf(family)] ?? '')
  }
  return warm
}
