import { runDeviceHook } from './device-hook.ts'
import type { Outcome } from './ended.ts'
import { forward } from './forwarding.ts'
import { type Journey, note, unknown } from './journey.ts'
import { localIn } from './local-in.ts'
import { runHook } from './netfilter.ts'
import { isLocal } from './resolve-route.ts'
import { routeInput } from './route-input.ts'
import { type Skb, show } from './skb.ts'
import type { NodeState } from './world.ts'

/** More hops than any packet's TTL leaves. */
const MOST_HOPS = 300

/** ip_rcv: a packet comes in by a device that is no bridge port: PREROUTING, then to the node itself or onwards. */
export function receive(j: Journey, node: NodeState, dev: string, skb: Skb): Outcome {
  skb.iif = dev
  skb.oif = ''
  skb.physout = ''
  note(j, `${node.name}/${dev}`, `${show(skb)} comes in`)
  runDeviceHook(j, node, 'ingress', dev, skb)
  runHook(j, node, 'prerouting', skb)
  return accept(j, node, skb)
}

/** What lies behind PREROUTING: the route decides (ip_rcv_finish). */
export function accept(j: Journey, node: NodeState, skb: Skb): Outcome {
  if (j.hops++ > MOST_HOPS) throw unknown(node.name, `${node.name}/route`, 'the packet goes round and round', [], skb)
  const route = routeInput(j, node, skb)
  skb.toHost = isLocal(route)
  return isLocal(route) ? localIn(j, node, skb) : forward(j, node, skb, route)
}

/** A packet of the node to itself: it keeps its connection and its route unless PREROUTING changes where it goes. */
export function receiveOnLoopback(j: Journey, node: NodeState, skb: Skb): Outcome {
  const before = skb.destination
  runDeviceHook(j, node, 'egress', 'lo', skb)
  runDeviceHook(j, node, 'ingress', 'lo', skb)
  skb.iif = 'lo'
  skb.oif = ''
  runHook(j, node, 'prerouting', skb)
  return skb.destination === before ? localIn(j, node, skb) : accept(j, node, skb)
}
