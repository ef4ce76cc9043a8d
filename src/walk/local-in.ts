import type { Outcome } from './ended.ts'
import { ipvsExtra } from './ipvs.ts'
import type { Journey } from './journey.ts'
import { sendLocal } from './local-out.ts'
import { runHook } from './netfilter.ts'
import type { Skb } from './skb.ts'
import { deliverToNode } from './socket.ts'
import type { NodeState } from './world.ts'

/** ip_local_deliver: INPUT, then IPVS or a socket of the node. */
export function localIn(j: Journey, node: NodeState, skb: Skb): Outcome {
  const stolen = runHook(j, node, 'input', skb, { extras: ipvsExtra(j, node, skb, 'input') })
  return stolen ? sendLocal(j, node, skb) : deliverToNode(j, node, skb)
}
