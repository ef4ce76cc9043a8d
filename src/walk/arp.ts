import { Ended } from './ended.ts'
import { endText, type Journey, lost, need } from './journey.ts'
import { isLocal } from './resolve-route.ts'
import { routeInput } from './route-input.ts'
import { deviceAddress } from './select-source.ts'
import { bare, type Skb } from './skb.ts'
import type { NodeState } from './world.ts'

/** Scope `link`: what a device may ask with (arp_solicit). */
const LINK_SCOPE = 253

/**
 * arp_process: a node answers the question for `target` that came in by `dev` only if a packet from the asker to that address would be
 * taken: policy routing and rp_filter apply to it, so a node may be deaf for a neighbour whose packets to other addresses it would take.
 * Ends the walk where the question stays unanswered.
 */
export function mustBeAnswered(
  j: Journey,
  node: NodeState,
  dev: string,
  target: string,
  asker: string,
  at: string,
  skb: Skb,
): void {
  const question = bare(4, 'udp', asker, target)
  question.iif = dev
  try {
    if (isLocal(routeInput({ ...j, steps: [] }, node, question))) return
  } catch (thrown) {
    if (!(thrown instanceof Ended)) throw thrown
    const { end } = thrown.outcome
    if (end.fate === 'unknown') throw thrown
    const by = `${node.name} does not answer the question for ${target}: ${endText(end)}`
    throw lost(node.name, at, 'neighbour', by, 'proof' in end ? end.proof : [], skb)
  }
}

/** Whether the question of `asker` for `target` is answered, as mustBeAnswered has it; what cannot be told ends the walk. */
export function isAnswered(j: Journey, node: NodeState, dev: string, target: string, asker: string, skb: Skb): boolean {
  try {
    mustBeAnswered(j, node, dev, target, asker, '', skb)
    return true
  } catch (thrown) {
    if (!(thrown instanceof Ended) || thrown.outcome.end.fate === 'unknown') throw thrown
    return false
  }
}

/** Address that a node asks from on a device: the packet's source where it is its own, else the device's nearest to the target. */
export function askingAddressFour(node: NodeState, dev: string, target: string, skb: Skb): string | undefined {
  const own = need(node, node.addresses, skb).some((address) => address.address === skb.source)
  return own ? skb.source : deviceAddress(node, dev, target, LINK_SCOPE, skb)
}
