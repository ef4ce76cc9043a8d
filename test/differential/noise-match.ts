import type { Family } from '../../src/model.ts'
import { hostLength, netLength, plan } from './addresses.ts'
import type { Match } from './noise-rule.ts'
import type { Scene, SceneNode } from './scene.ts'

export type HookName = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting'
export type TableKind = 'raw' | 'mangle' | 'nat' | 'filter'

export const MARKS = [0x1, 0x4000, 0x8000, 0x20000]

/** Addresses and networks that occur in this configuration, so that matches hit as often as they miss. */
export function drawPrefix(scene: Scene, family: Family): string {
  const { random, services } = scene
  const pod = random.pick(scene.pods)
  const node = random.pick(scene.nodes)
  const own = services.filter((s) => s.family === family)
  return random.weighted<string>([
    [4, `${plan.pod(family, pod.node.n, pod.k)}/${hostLength(family)}`],
    [2, `${plan.podNet(family, node.n)}`],
    [2, plan.allPods(family)],
    [2, `${plan.node(family, node.n)}/${hostLength(family)}`],
    [1, plan.nodeNet(family)],
    [1, `${random.pick(own).ip}/${hostLength(family)}`],
    [1, plan.serviceNet(family)],
    [1, `${plan.outside(family)}/${hostLength(family)}`],
    [1, family === 4 ? '127.0.0.0/8' : '::1/128'],
    [
      1,
      `${plan.bridge(family, node.n)}/${netLength(family) === 24 ? 25 : 120}`
        .replace(/\.1\/25$/, '.0/25')
        .replace(/::1\/120$/, '::/120'),
    ],
  ])
}

const port = (scene: Scene) => scene.random.pick([8080, 8080, 8081, 6443, 80, 443, 53, 30080, 30081, 9000, 7000])
const not = (scene: Scene) => scene.random.chance(0.2)

/** One to three matches that make sense at a hook. `nft` leaves out what only iptables can say, and the other way round. */
export function drawMatches(
  scene: Scene,
  node: SceneNode,
  family: Family,
  hook: HookName,
  kind: TableKind,
  nft: boolean,
): Match[] {
  const { random } = scene
  const matches: Match[] = []
  const protocol = random.pick<'tcp' | 'udp'>(['tcp', 'tcp', 'udp'])
  const dev = () =>
    random.weighted([
      [5, random.pick(node.devs)],
      [1, random.pick(['veth*', 'eth*', 'cali*'])],
    ])
  const add: Record<string, () => Match | undefined> = {
    saddr: () => ({ on: 'saddr', value: drawPrefix(scene, family), not: not(scene) }),
    daddr: () => ({ on: 'daddr', value: drawPrefix(scene, family), not: not(scene) }),
    dport: () => ({
      on: 'dport',
      protocol,
      value: random.chance(0.2) ? '8000:9000' : `${port(scene)}`,
      not: not(scene),
    }),
    dports: () => ({
      on: 'dports',
      protocol,
      values: [...new Set([port(scene), port(scene), port(scene)])],
      not: not(scene),
    }),
    sport: () => ({
      on: 'sport',
      protocol,
      value: random.pick(['8080', '1024:65535', '6443', '2000:2999']),
      not: not(scene),
    }),
    iif: () => (hook === 'output' || hook === 'postrouting' ? undefined : { on: 'iif', value: dev(), not: not(scene) }),
    oif: () => (hook === 'prerouting' || hook === 'input' ? undefined : { on: 'oif', value: dev(), not: not(scene) }),
    mark: () => {
      const mask = random.pick(MARKS)
      return { on: 'mark', value: random.chance(0.7) ? mask : 0, mask, not: not(scene) }
    },
    state: () =>
      kind === 'raw'
        ? undefined
        : {
            on: 'state',
            values: random.pick([
              ['new'],
              ['established', 'related'],
              ['invalid'],
              ['new', 'invalid'],
              ['untracked'],
              ['established'],
            ]),
            not: not(scene),
          },
    type: () => ({
      on: 'type',
      which: random.pick<'src' | 'dst'>(['dst', 'dst', 'src']),
      value: random.pick(
        family === 4 || nft ? ['local', 'unicast', 'local', 'broadcast'] : ['local', 'unicast', 'local'],
      ),
      not: not(scene),
    }),
    pkttype: () => ({ on: 'pkttype', value: random.pick(['host', 'host', 'broadcast', 'multicast']), not: not(scene) }),
    flags: () => ({ on: 'flags', not: not(scene) }),
    dnat: () => (kind === 'raw' ? undefined : { on: 'dnat', not: not(scene) }),
    origdst: () => (kind === 'raw' ? undefined : { on: 'origdst', value: drawPrefix(scene, family), not: not(scene) }),
    length: () => ({
      on: 'length',
      low: random.pick([0, 0, 100]),
      high: random.pick([1000, 1500, 65535]),
      not: not(scene),
    }),
    physin: () => (nft || hook === 'output' ? undefined : { on: 'physin', value: dev(), not: not(scene) }),
    physout: () =>
      nft || (hook !== 'forward' && hook !== 'postrouting') ? undefined : { on: 'physout', value: dev(), not: false },
    ttl: () => (family === 6 && !nft ? undefined : { on: 'ttl', value: random.pick([63, 64, 65]), not: not(scene) }),
    chance: () => (random.chance(0.3) ? { on: 'chance', probability: random.pick([0.25, 0.5]) } : undefined),
    ctmark: () => (kind === 'raw' ? undefined : { on: 'ctmark', value: random.pick([0, 1, 0x4000]), not: not(scene) }),
    range: () => ({
      on: 'range',
      which: random.pick<'src' | 'dst'>(['src', 'dst']),
      low: plan.pod(family, node.n, 0),
      high: plan.pod(family, node.n, random.between(0, 9)),
      not: not(scene),
    }),
    set: () => {
      const kindOf = random.pick<'addr' | 'addr-port'>(['addr', 'addr-port'])
      const dir = random.pick<'src' | 'dst'>(['src', 'dst'])
      return kindOf === 'addr'
        ? { on: 'set', name: `nets${family}`, dirs: [dir], not: not(scene), kind: 'addr' }
        : { on: 'set', name: `ends${family}`, dirs: ['dst', 'dst'], not: not(scene), kind: 'addr-port' }
    },
  }
  const kinds = random.some(
    Object.keys(add).flatMap((k) => (['saddr', 'daddr', 'dport', 'iif', 'oif'].includes(k) ? [k, k, k] : [k])),
    random.between(1, 3),
  )
  for (const key of new Set(kinds)) {
    const m = add[key]?.()
    if (!m) continue
    // Only one match may name the protocol, or the rule could not be loaded.
    const speaksL4 = (x: Match) => 'protocol' in x || x.on === 'l4' || x.on === 'flags'
    if (speaksL4(m) && matches.some(speaksL4)) continue
    if (m.on === 'flags' && protocol !== 'tcp') continue
    if (m.on === 'chance') scene.usesChance = true
    matches.push(m)
  }
  return matches
}
