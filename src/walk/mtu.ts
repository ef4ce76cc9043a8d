import { lost, need, proofOf } from './journey.ts'
import { withAnswer } from './reject.ts'
import type { RouteResult } from './resolve-route.ts'
import type { Skb } from './skb.ts'
import type { NodeState } from './world.ts'

/** A sender cuts what does not fit its own device: TCP into segments, all else into fragments. The largest piece goes its way. */
export function cutToFit(node: NodeState, skb: Skb, dev: string): void {
  const link = need(node, node.links, skb).find((one) => one.name === dev)
  if (link && !skb.carries) skb.length = Math.min(skb.length, link.mtu)
}

/** A forwarded packet must fit its out device: TCP and pings must not be fragmented, so their sender is told (RFC 1191, RFC 8201). */
export function mustFit(node: NodeState, skb: Skb, route: RouteResult & { found: 'route' }): void {
  const link = need(node, node.links, skb).find((one) => one.name === route.dev)
  const mtu = route.route.mtu ?? link?.mtu
  if (mtu === undefined || skb.length <= mtu || skb.carries) return
  const by = `${skb.length} bytes do not fit the MTU ${mtu} of ${route.dev}`
  const proof = link ? [proofOf(node.links, link)] : route.proof
  const { end } = lost(node.name, `${node.name}/${route.dev}`, 'mtu', by, proof, skb).outcome
  throw withAnswer(node, skb, end, 'icmp-fragmentation-needed')
}

/** A device drops frames that are larger than its MTU when they come from a wire or a bridge; nobody is told (is_skb_forwardable). */
export function mustBeTaken(node: NodeState, skb: Skb, dev: string): void {
  const link = need(node, node.links, skb).find((one) => one.name === dev)
  if (!link || skb.length <= link.mtu) return
  // the outer packet of a tunnel may be fragmented, and its fragments fit
  if (skb.carries) return
  const by = `${skb.length} bytes are more than the MTU ${link.mtu} of ${dev}`
  throw lost(node.name, `${node.name}/${dev}`, 'mtu', by, [proofOf(node.links, link)], skb)
}
