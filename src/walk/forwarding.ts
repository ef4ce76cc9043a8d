import type { Outcome } from './ended.ts'
import { type Journey, lost, note } from './journey.ts'
import { leave } from './leave.ts'
import { mustFit } from './mtu.ts'
import { runHook } from './netfilter.ts'
import { withAnswer } from './reject.ts'
import type { RouteResult } from './resolve-route.ts'
import { type Skb, show } from './skb.ts'
import type { NodeState } from './world.ts'

/** ip_forward: TTL and size, FORWARD, then out by the route. */
export function forward(j: Journey, node: NodeState, skb: Skb, route: RouteResult & { found: 'route' }): Outcome {
  const via = route.gateway === undefined ? '' : ` via ${route.gateway}`
  note(j, `${node.name}/route`, `${show(skb)} is forwarded by ${route.dev}${via}`, ...route.proof)
  if (skb.ttl <= 1) {
    const { end } = lost(
      node.name,
      `${node.name}/route`,
      'no-route',
      'the packet went round until its TTL ran out',
      route.proof,
      skb,
    ).outcome
    throw withAnswer(node, skb, end, 'icmp-time-exceeded')
  }
  skb.ttl--
  mustFit(node, skb, route)
  skb.oif = route.dev
  skb.fromProcess = false
  runHook(j, node, 'forward', skb, { gateway: route.gateway })
  return leave(j, node, skb, route)
}
