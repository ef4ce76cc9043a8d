import type { Outcome } from './ended.ts'
import { dropped, type Journey, note } from './journey.ts'
import { leave } from './leave.ts'
import { mustFit } from './mtu.ts'
import { runHook } from './netfilter.ts'
import type { RouteResult } from './resolve-route.ts'
import { type Skb, show } from './skb.ts'
import type { NodeState } from './world.ts'

/** ip_forward: TTL and size, FORWARD, then out by the route. */
export function forward(j: Journey, node: NodeState, skb: Skb, route: RouteResult & { found: 'route' }): Outcome {
  const via = route.gateway === undefined ? '' : ` via ${route.gateway}`
  note(j, `${node.name}/route`, `${show(skb)} is forwarded by ${route.dev}${via}`, ...route.proof)
  skb.ttl--
  if (skb.ttl <= 0) throw dropped(node.name, `${node.name}/route`, 'TTL ran out', [], skb)
  mustFit(node, skb, route)
  skb.oif = route.dev
  skb.fromProcess = false
  runHook(j, node, 'forward', skb, route.gateway)
  return leave(j, node, skb, route)
}
