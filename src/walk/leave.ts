import type { Outcome } from './ended.ts'
import type { Journey } from './journey.ts'
import { runHook } from './netfilter.ts'
import { receiveOnLoopback } from './receive.ts'
import { isLocal, type RouteResult } from './resolve-route.ts'
import type { Skb } from './skb.ts'
import { transmit } from './transmit.ts'
import type { NodeState } from './world.ts'

/** ip_output: POSTROUTING, then the out device; what goes to the node itself comes back in by `lo`. */
export function leave(j: Journey, node: NodeState, skb: Skb, route: RouteResult & { found: 'route' }): Outcome {
  skb.oif = isLocal(route) ? 'lo' : route.dev
  runHook(j, node, 'postrouting', skb, { gateway: route.gateway })
  if (isLocal(route)) return receiveOnLoopback(j, node, skb)
  return transmit(j, node, skb, route)
}
