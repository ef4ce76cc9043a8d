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
  const result = runHook(j, node, 'input', skb, undefined, ipvsExtra(j, node, skb, 'input'))
  return result.stolen ? sendLocal(j, node, skb) : deliverToNode(j, node, skb)
}
