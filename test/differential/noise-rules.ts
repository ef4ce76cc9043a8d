import type { Family } from '../../src/model.ts'
import { plan } from './addresses.ts'
import type { RestoreTool } from './config.ts'
import { drawAction } from './noise-action.ts'
import { drawMatches, drawPrefix, type HookName, type TableKind } from './noise-match.ts'
import { toIptables, toNft } from './noise-rule.ts'
import { iptablesSink, nftSink } from './rules-to.ts'
import type { Scene, SceneNode } from './scene.ts'

const HOOKS: Record<TableKind, HookName[]> = {
  raw: ['prerouting', 'output'],
  mangle: ['prerouting', 'input', 'forward', 'output', 'postrouting'],
  nat: ['prerouting', 'input', 'output', 'postrouting'],
  filter: ['input', 'forward', 'output'],
}
const KINDS: readonly (readonly [number, TableKind])[] = [
  [1, 'raw'],
  [2, 'mangle'],
  [3, 'nat'],
  [6, 'filter'],
]

/** Random rules in iptables' own chains and in user chains below them. */
export function addNoiseIptables(scene: Scene, node: SceneNode, family: Family, tool: RestoreTool): void {
  const { random } = scene
  const to = iptablesSink(scene, node.name, tool)
  addIpsets(scene, node, family)
  for (let i = random.between(1, 3); i > 0; i--) {
    const kind = random.weighted(KINDS)
    const hook = random.pick(HOOKS[kind])
    const builtin = hook.toUpperCase()
    const chains: string[] = []
    for (let k = random.between(0, 2); k > 0; k--) chains.unshift(`${kind}-${hook}-${i}${k}`.slice(0, 28))
    for (const chain of chains) to.chain(kind, chain)
    // A user chain may go to those after it only: the kernel refuses loops.
    for (const [at, chain] of [...chains, builtin].entries()) {
      const below = chain === builtin ? chains : chains.slice(at + 1)
      for (let k = random.between(1, 4); k > 0; k--) {
        const matches = drawMatches(scene, node, family, hook, kind, false)
        const action = drawAction(scene, family, hook, kind, matches, below, false)
        to.rule(kind, toIptables(chain, { family, matches, action }))
      }
    }
    if (kind === 'filter' && random.chance(0.15)) to.chain('filter', builtin, 'DROP')
  }
}

/** Sets that noise rules look into. */
function addIpsets(scene: Scene, node: SceneNode, family: Family): void {
  const { random } = scene
  if (scene.rules.some((r) => 'ipset' in r && r.ns === node.name && r.ipset.includes(`nets${family} `))) return
  const inet = family === 4 ? 'inet' : 'inet6'
  const lines = [`create nets${family} hash:net family ${inet}`, `create ends${family} hash:ip,port family ${inet}`]
  for (const value of new Set([drawPrefix(scene, family), drawPrefix(scene, family)]))
    lines.push(`add nets${family} ${value}${random.chance(0.15) ? ' nomatch' : ''} -exist`)
  const pod = random.pick(scene.pods)
  lines.push(`add ends${family} ${plan.pod(family, pod.node.n, pod.k)},tcp:8080 -exist`)
  const service = random.pick(scene.services.filter((s) => s.family === family))
  lines.push(`add ends${family} ${service.ip},${service.protocol}:${service.port} -exist`)
  for (const ipset of lines) scene.rules.push({ ns: node.name, ipset })
}

/** A random native table: base chains at any priority, user chains, sets. */
export function addNoiseNft(scene: Scene, node: SceneNode, family: Family, name: string): void {
  const { random } = scene
  const to = nftSink(scene, node.name)
  const t = `${random.pick([family === 4 ? 'ip' : 'ip6', 'inet'])} ${name}`
  const type = family === 4 ? 'ipv4_addr' : 'ipv6_addr'
  to(`add table ${t}`)
  to(`add set ${t} nets${family} { type ${type}; flags interval; auto-merge; }`)
  to(`add element ${t} nets${family} { ${drawPrefix(scene, family)}, ${drawPrefix(scene, family)} }`)
  to(`add set ${t} ends${family} { type ${type} . inet_proto . inet_service; }`)
  const service = random.pick(scene.services.filter((s) => s.family === family))
  to(`add element ${t} ends${family} { ${service.ip} . ${service.protocol} . ${service.port} }`)
  const pod = random.pick(scene.pods)
  to(`add element ${t} ends${family} { ${plan.pod(family, pod.node.n, pod.k)} . tcp . 8080 }`)
  for (let i = random.between(1, 3); i > 0; i--) {
    const kind = random.weighted(KINDS)
    const hook = random.pick(HOOKS[kind])
    const base = `${kind}_${hook}_${i}`
    const chains: string[] = []
    for (let k = random.between(0, 2); k > 0; k--) chains.unshift(`${base}_user${k}`)
    const policy = kind !== 'nat' && random.chance(0.1) ? ' policy drop;' : ''
    const shape =
      kind === 'mangle' && hook === 'output' && random.chance(0.7) ? 'route' : kind === 'nat' ? 'nat' : 'filter'
    to(`add chain ${t} ${base} { type ${shape} hook ${hook} priority ${drawPriority(scene, kind, hook)};${policy} }`)
    for (const chain of chains) to(`add chain ${t} ${chain}`)
    for (const [at, chain] of [...chains, base].entries()) {
      const below = chain === base ? chains : chains.slice(at + 1)
      for (let k = random.between(1, 4); k > 0; k--)
        to(`add rule ${t} ${chain} ${drawNftRule(scene, node, family, hook, kind, below, t.startsWith('inet'))}`)
    }
  }
}

function drawPriority(scene: Scene, kind: TableKind, hook: HookName): number {
  const usual = { raw: -300, mangle: -150, nat: hook === 'prerouting' || hook === 'output' ? -100 : 100, filter: 0 }[
    kind
  ]
  return usual + scene.random.pick([0, 0, 10, -10, 5, kind === 'filter' ? 110 : -5])
}

/**
 * The walk takes a limit as a lone packet meets it; the trial sends all probes at once, several times: a burst that takes them all keeps
 * them lone.
 */
const ROOM = 'burst 1000 packets'

function drawNftRule(
  scene: Scene,
  node: SceneNode,
  family: Family,
  hook: HookName,
  kind: TableKind,
  chains: string[],
  inet: boolean,
): string {
  const { random } = scene
  if (chains.length > 0 && random.chance(0.15)) {
    const to = () => `${random.pick(['jump', 'goto'])} ${random.pick(chains)}`
    return random.pick([
      `meta l4proto vmap { tcp : ${to()}, udp : ${to()} }`,
      `ct state vmap { new : ${to()}, established : accept, invalid : drop }`,
      `iifname . meta l4proto vmap { "${random.pick(node.devs)}" . tcp : ${to()}, "eth0" . udp : return }`,
      `th dport vmap { 8080 : ${to()}, 30000-32767 : continue, 53 : accept }`.replace(
        'th',
        'meta l4proto { tcp, udp } th',
      ),
    ])
  }
  const ip = family === 4 ? 'ip' : 'ip6'
  if (kind === 'nat' && (hook === 'prerouting' || hook === 'output') && random.chance(0.2)) {
    const to = () => plan.pod(family, random.pick(scene.pods).node.n, random.between(0, 1))
    const dnat = `dnat ${inet ? `${ip} ` : ''}to`
    return random.pick([
      `${dnat} ${ip} daddr map { ${plan.service(family, 0)} : ${to()}, ${plan.external(family, 0)} : ${to()} }`,
      `meta l4proto tcp ${dnat} tcp dport map { 80 : ${to()}, 8080 : ${to()}, 443 : ${to()} }`,
      `meta l4proto tcp ${dnat} ${ip} daddr . tcp dport map { ${plan.service(family, 0)} . 80 : ${to()} . 8080 }`,
      `${ip} daddr ${plan.service(family, 1)} meta l4proto { tcp, udp } ${dnat} ${family === 4 ? `${to()}:8080` : `[${to()}]:8080`}`,
    ])
  }
  if (kind !== 'raw' && random.chance(0.08))
    return random.pick(
      [
        'ct mark set meta mark',
        'ct mark set 0x1',
        'ct mark 0x1 counter accept',
        'meta mark set ct mark',
        'meta mark set 0x4000',
        'ct direction original counter',
        `meta mark & 0x4000 != 0 counter accept`,
        inet ? 'meta nfproto ipv4 counter accept' : 'counter accept',
        `limit rate 1000/second ${ROOM} counter accept`,
        `limit rate over 1000/second ${ROOM} counter drop`,
        `${ip} saddr . ${ip} daddr { ${drawPrefix(scene, family)} . ${drawPrefix(scene, family)} } counter accept`,
        `fib saddr . iif oif missing counter drop`,
        `fib daddr . iif type local counter accept`,
      ].filter((text) => hookTakes(text, hook)),
    )
  const matches = drawMatches(scene, node, family, hook, kind, true)
  const action = drawAction(scene, family, hook, kind, matches, chains, true)
  if (!('protocol' in matches) && action.do === 'reject' && action.with === 'tcp-reset')
    matches.unshift({ on: 'l4', value: 'tcp', not: false })
  return toNft({ family, matches, action }, inet)
}

/** fib lookups by input interface exist only where there is one. */
const hookTakes = (text: string, hook: HookName) =>
  !text.startsWith('fib') ||
  hook === 'prerouting' ||
  ((hook === 'input' || hook === 'forward') && text.startsWith('fib saddr'))
