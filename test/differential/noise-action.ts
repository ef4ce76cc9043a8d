import type { Family, Protocol } from '../../src/model.ts'
import { plan } from './addresses.ts'
import { type HookName, MARKS, type TableKind } from './noise-match.ts'
import type { Action, Match } from './noise-rule.ts'
import type { Scene } from './scene.ts'

/** What a rule may do in a table at a hook; more often harmless than not, so that packets get far. */
export function drawAction(
  scene: Scene,
  family: Family,
  hook: HookName,
  kind: TableKind,
  matches: Match[],
  chains: string[],
  nft: boolean,
): Action {
  const { random } = scene
  const l4 = matches.find((m) => ('protocol' in m && !('not' in m && m.not && m.on === 'dports')) || m.on === 'flags')
  const protocol: Protocol | undefined = l4 ? ('protocol' in l4 ? l4.protocol : 'tcp') : undefined
  const chain = random.pick(chains.length > 0 ? chains : [''])
  const jump: [number, Action][] =
    chains.length > 0
      ? [
          [3, { do: 'jump', chain }],
          [1, { do: 'goto', chain }],
        ]
      : []
  const mask = random.pick(MARKS)
  const common: [number, Action][] = [
    [4, { do: 'accept' }],
    [2, { do: 'return' }],
    [1, { do: 'nothing' }],
    [2, { do: 'mark', value: random.chance(0.8) ? mask : 0, mask: random.chance(0.8) ? mask : 0xffffffff }],
    ...(kind === 'raw'
      ? []
      : [[0.5, { do: 'ctmark', how: random.pick<'save' | 'restore'>(['save', 'restore']) }] as [number, Action]]),
    ...jump,
  ]
  const target = random.pick(scene.pods)
  const address = random.weighted([
    [6, plan.pod(family, target.node.n, target.k)],
    [1, plan.node(family, target.node.n)],
    [1, plan.outside(family)],
    [1, plan.nobody(family, target.node.n)],
  ])
  const to = { ip: address, ...(protocol && random.chance(0.6) ? { port: random.pick([8080, 8080, 6443, 8081]) } : {}) }
  const from = {
    ip: random.pick([
      plan.node(family, random.pick(scene.nodes).n),
      plan.bridge(family, target.node.n),
      plan.pod(family, target.node.n, 0),
    ]),
  }
  const sourcePorts = {
    ...(protocol && random.chance(0.2) ? { ports: '2000-2999' } : {}),
    ...(random.chance(0.3) ? { random: true as const } : {}),
  }
  if (kind === 'raw') return random.weighted<Action>([...common, [1, { do: 'drop' }], [2, { do: 'notrack' }]])
  if (kind === 'mangle') return random.weighted<Action>([...common, [1, { do: 'drop' }]])
  if (kind === 'nat')
    return random.weighted<Action>([
      ...common,
      ...(hook === 'prerouting' || hook === 'output'
        ? [
            [4, { do: 'dnat', ...to }] as [number, Action],
            ...(protocol ? [[1, { do: 'redirect', port: 6443 }] as [number, Action]] : []),
          ]
        : []),
      ...(hook === 'postrouting'
        ? [
            [3, { do: 'masquerade', ...sourcePorts }] as [number, Action],
            [2, { do: 'snat', ...from, ...sourcePorts }] as [number, Action],
          ]
        : []),
      ...(hook === 'input' ? [[1, { do: 'snat', ...from, ...sourcePorts }] as [number, Action]] : []),
    ])
  const refuse = hook === 'input' || hook === 'forward' || hook === 'output'
  return random.weighted<Action>([
    ...common,
    [2, { do: 'drop' }],
    [refuse ? 2 : 0, { do: 'reject', with: drawReject(scene, family, nft, protocol) }],
  ])
}

function drawReject(scene: Scene, family: Family, nft: boolean, protocol: Protocol | undefined): string {
  const v4 = [
    'icmp-port-unreachable',
    'icmp-net-unreachable',
    'icmp-host-unreachable',
    'icmp-host-prohibited',
    'icmp-net-prohibited',
    'icmp-admin-prohibited',
    nft ? 'icmp-prot-unreachable' : 'icmp-proto-unreachable',
  ]
  const v6 = [
    'icmp6-port-unreachable',
    nft ? 'icmp6-admin-prohibited' : 'icmp6-adm-prohibited',
    'icmp6-no-route',
    'icmp6-addr-unreachable',
  ]
  return scene.random.pick([...(family === 4 ? v4 : v6), ...(protocol === 'tcp' ? ['tcp-reset', 'tcp-reset'] : [])])
}
