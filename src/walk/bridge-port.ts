import type { Link } from '../parse/host.ts'
import { type Journey, lost, proofOf } from './journey.ts'
import { portsOf } from './pods.ts'
import type { Skb } from './skb.ts'
import { mustCarry } from './transmit.ts'
import type { NodeState, PodEnd } from './world.ts'

/** A port that is down, or not in state forwarding, carries nothing. */
export function mustForward(node: NodeState, port: Link, skb: Skb): void {
  mustCarry(node, port, skb)
  if (port.port && port.port.state !== 'forwarding') {
    const by = `bridge port ${port.name} is ${port.port.state}`
    throw lost(node.name, `${node.name}/bridge ${port.master}`, 'bridge', by, [proofOf(node.links, port)], skb)
  }
}

/** Ports by which a frame comes and goes, where they are known, and the pod it goes to. */
interface Ways {
  from?: Link
  to?: Link
  pod: PodEnd
}

/** should_deliver: not from one isolated port to another or itself, and back out of its own port only if that is a hairpin. */
export function mustDeliver(j: Journey, node: NodeState, bridge: Link, { from, to, pod }: Ways, skb: Skb): void {
  const at = `${node.name}/bridge ${bridge.name}`
  const back = from && to ? from.name === to.name : skb.fromPod === pod.name
  // where the pod's own port is not known, what holds for all ports holds for it
  const ports = from && to ? [to] : portsOf(node, bridge, skb).filter((link) => link.kind === 'veth')
  const isolated =
    from && to ? from.port?.isolated && to.port?.isolated : back && ports.every((port) => port.port?.isolated)
  if (isolated) {
    const by = `isolated ports do not reach each other: ${names(from && to ? [from, to] : ports)}`
    throw lost(
      node.name,
      at,
      'bridge',
      by,
      ports.map((port) => proofOf(node.links, port)),
      skb,
    )
  }
  if (!back) return
  const off = ports.filter((port) => !port.port?.hairpin)
  if (off.length === 0) return
  const proof = off.map((port) => proofOf(node.links, port))
  if (off.length < ports.length) {
    const why = `the port of pod ${pod.name} is not known, and not all are hairpins`
    if (j.choose('unsure', [0.5, 0.5], { node: node.name, at, why, proof }) === 0) return
  }
  throw lost(node.name, at, 'bridge', `hairpin mode of ${names(off)} is off: the frame may not go back`, proof, skb)
}

function names(ports: Link[]): string {
  return ports.map((port) => port.name).join(', ')
}
